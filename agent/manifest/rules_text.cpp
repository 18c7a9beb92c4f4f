#include "agent/manifest/rules.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace agent::manifest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::vector<std::string_view> parts_of(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

bool are_identifiers(std::string_view text, bool zeros_may_lead) {
  const auto parts = parts_of(text, '.');
  return std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
    const bool plain = std::all_of(part.begin(), part.end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
    const bool padded = part.size() > 1 && part[0] == '0' && all_digits(part);
    return plain && !part.empty() && (zeros_may_lead || !padded);
  });
}

// "1.x", "1.2.x", "1.x.x"
bool is_wildcard(std::string_view text) {
  const auto parts = parts_of(text, '.');
  const auto first_x = std::find(parts.begin(), parts.end(), "x");
  return parts.size() >= 2 && parts.size() <= 3 && first_x != parts.begin() &&
         first_x != parts.end() && std::all_of(parts.begin(), first_x, all_digits) &&
         std::all_of(first_x, parts.end(), [](std::string_view part) { return part == "x"; });
}

bool is_comparison(std::string_view text) {
  const auto sign = text.substr(0, text.find_first_of("0123456789"));
  static constexpr std::string_view k_signs[] = {// NOLINT(modernize-avoid-c-arrays)
                                                 "",
                                                 "=",
                                                 "==",
                                                 ">",
                                                 ">=",
                                                 "<",
                                                 "<=",
                                                 "!",
                                                 "!="};
  const auto version = text.substr(sign.size());
  return std::find(std::begin(k_signs), std::end(k_signs), sign) != std::end(k_signs) &&
         (is_version(version) || is_wildcard(version));
}

// Comparisons, each without the blanks between its sign and its version.
std::vector<std::string> comparisons_of(std::string_view text) {
  std::vector<std::string> found(1);
  for (const char c : text) {
    const auto& last = found.back();
    const bool after_sign =
        !last.empty() && std::string_view("<>=").find(last.back()) != std::string_view::npos;
    if (c != ' ') {
      found.back() += c;
    } else if (!last.empty() && !after_sign) {
      found.emplace_back();
    }
  }
  if (found.back().empty()) {
    found.pop_back();
  }
  return found;
}

bool is_period(std::string_view text) {
  if (text.size() < 2 || std::string_view("smhdy").find(text.back()) == std::string_view::npos) {
    return false;
  }
  text.remove_suffix(1);
  text.remove_prefix(text[0] == '+' || text[0] == '-' ? 1 : 0);
  return all_digits(text);
}

}  // namespace

bool is_version(std::string_view text) {
  const auto plus = std::min(text.find('+'), text.size());
  if (plus < text.size() && !are_identifiers(text.substr(plus + 1), true)) {
    return false;
  }
  text = text.substr(0, plus);
  const auto dash = std::min(text.find('-'), text.size());
  return is_strict_version(text.substr(0, dash)) &&
         (dash == text.size() || are_identifiers(text.substr(dash + 1), false));
}

bool is_version_range(std::string_view text) {
  bool wants_more = true;
  for (const auto& comparison : comparisons_of(text)) {
    if (comparison == "||" ? wants_more : !is_comparison(comparison)) {
      return false;
    }
    wants_more = comparison == "||";
  }
  return !wants_more;
}

bool is_retention(std::string_view text) {
  const auto periods = parts_of(text, ',');
  return std::all_of(periods.begin(), periods.end(), [](std::string_view period) {
    const auto parts = parts_of(period, ':');
    return parts.size() == 2 && std::all_of(parts.begin(), parts.end(), is_period);
  });
}

bool is_label_scale(std::string_view text) {
  if (text == "metric" || text == "none") {
    return true;
  }
  text.remove_prefix(text.starts_with('+') ? 1 : 0);
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault != std::errc::invalid_argument && end == text.data() + text.size();
}

// Whatever stands around the two digits of an octet, as in the original.
bool is_fingerprint(std::string_view text) {
  constexpr std::size_t k_octets = 16;
  const auto octets = parts_of(text, ':');
  return octets.size() == k_octets &&
         std::all_of(octets.begin(), octets.end(), [](std::string_view octet) {
           return std::adjacent_find(octet.begin(), octet.end(), [](char left, char right) {
                    return is_hex(left) && is_hex(right);
                  }) != octet.end();
         });
}

bool is_web_address(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) {
    return false;
  }
  std::string scheme;
  for (const char c : text.substr(0, end)) {
    scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  auto host = text.substr(end + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const auto port = host.rfind(':');
  const bool brackets = host.ends_with(']');
  const bool good_port = port == std::string_view::npos || brackets || port + 1 == host.size() ||
                         all_digits(host.substr(port + 1));
  const bool plain = std::none_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return (scheme == "http" || scheme == "https") && !host.empty() && good_port && plain &&
         host.find_first_of(" <>\"{}|\\^`") == std::string_view::npos;
}

}  // namespace agent::manifest
