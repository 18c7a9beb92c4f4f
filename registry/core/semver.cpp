#include "registry/core/semver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::core {
namespace {

constexpr std::uint64_t k_max_number = (std::uint64_t{1} << 53U) - 1;
constexpr std::size_t k_max_length = 256;

using Identifier = std::variant<std::uint64_t, std::string>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_identifier_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t value = 0;
  if (digits.empty() || digits.size() > 16) {
    return std::nullopt;
  }
  for (const char c : digits) {
    if (!is_digit(c)) {
      return std::nullopt;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value <= k_max_number ? std::optional(value) : std::nullopt;
}

// Takes the digits at the front.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const auto value = number_of(text.substr(0, length));
  text.remove_prefix(length);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

// "beta.1": identifiers parted by dots, none empty.
std::optional<std::vector<Identifier>> identifiers_of(std::string_view text) {
  std::vector<Identifier> identifiers;
  while (true) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto part = text.substr(0, dot);
    if (part.empty() || !std::all_of(part.begin(), part.end(), is_identifier_character)) {
      return std::nullopt;
    }
    if (const auto number = number_of(part)) {
      identifiers.emplace_back(*number);
    } else {
      identifiers.emplace_back(std::string(part));
    }
    if (dot == text.size()) {
      return identifiers;
    }
    text.remove_prefix(dot + 1);
  }
}

bool are_identifiers(std::string_view text) {
  return identifiers_of(text).has_value();
}

std::strong_ordering compared(const Identifier& left, const Identifier& right) {
  if (left.index() != right.index()) {
    return left.index() <=> right.index();  // A number is lower than a word.
  }
  if (const auto* number = std::get_if<std::uint64_t>(&left)) {
    return *number <=> std::get<std::uint64_t>(right);
  }
  return std::get<std::string>(left).compare(std::get<std::string>(right)) <=> 0;
}

// "1", "1.x", "1.2.*", "1.2.3-beta": what may follow an operator in a range.
bool is_partial_version(std::string_view text) {
  while (!text.empty() && (text.front() == 'v' || text.front() == '=' || is_blank(text.front()))) {
    text.remove_prefix(1);
  }
  int parts = 0;
  do {
    if (!take(text, 'x') && !take(text, 'X') && !take(text, '*') && !take_number(text)) {
      return false;
    }
    ++parts;
  } while (parts < 3 && take(text, '.'));
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    if (!are_identifiers(text.substr(plus + 1))) {
      return false;
    }
    text = text.substr(0, plus);
  }
  if (text.empty()) {
    return true;
  }
  static_cast<void>(take(text, '-'));
  return parts == 3 && are_identifiers(text);
}

bool is_comparator(std::string_view text) {
  for (const std::string_view op : {"~>", ">=", "<=", ">", "<", "=", "~", "^"}) {
    if (text.starts_with(op)) {
      text.remove_prefix(op.size());
      break;
    }
  }
  return is_partial_version(trimmed(text));
}

// One side of "||": comparators parted by blanks, or "LOW - HIGH".
bool is_comparator_set(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) {
    return true;
  }
  if (const auto hyphen = text.find(" - "); hyphen != std::string_view::npos) {
    return is_partial_version(trimmed(text.substr(0, hyphen))) &&
           is_partial_version(trimmed(text.substr(hyphen + 3)));
  }
  // An operator may stand apart from its version: "> 1".
  std::string joined;
  for (const char c : text) {
    if (is_blank(c) && (joined.empty() ||
                        std::string_view("<>=~^ ").find(joined.back()) != std::string_view::npos)) {
      continue;
    }
    joined += is_blank(c) ? ' ' : c;
  }
  std::string_view rest = joined;
  while (!rest.empty()) {
    const auto blank = std::min(rest.find(' '), rest.size());
    if (!is_comparator(rest.substr(0, blank))) {
      return false;
    }
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  return true;
}

}  // namespace

std::string SemVer::text() const {
  std::string out = fmt::format("{}.{}.{}", major, minor, patch);
  char separator = '-';
  for (const auto& identifier : prerelease) {
    out += separator;
    separator = '.';
    if (const auto* number = std::get_if<std::uint64_t>(&identifier)) {
      out += std::to_string(*number);
    } else {
      out += std::get<std::string>(identifier);
    }
  }
  return out;
}

std::strong_ordering operator<=>(const SemVer& left, const SemVer& right) {
  if (const auto order = left.major <=> right.major; order != std::strong_ordering::equal) {
    return order;
  }
  if (const auto order = left.minor <=> right.minor; order != std::strong_ordering::equal) {
    return order;
  }
  if (const auto order = left.patch <=> right.patch; order != std::strong_ordering::equal) {
    return order;
  }
  if (left.prerelease.empty() || right.prerelease.empty()) {
    // A release comes after its prereleases.
    return right.prerelease.size() <=> left.prerelease.size();
  }
  const std::size_t common = std::min(left.prerelease.size(), right.prerelease.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto order = compared(left.prerelease[i], right.prerelease[i]);
    if (order != std::strong_ordering::equal) {
      return order;
    }
  }
  return left.prerelease.size() <=> right.prerelease.size();
}

std::optional<SemVer> parse_version(std::string_view text) {
  if (text.size() > k_max_length) {
    return std::nullopt;
  }
  text = trimmed(text);
  while (!text.empty() && (text.front() == 'v' || text.front() == '=' || is_blank(text.front()))) {
    text.remove_prefix(1);
  }
  const auto major = take_number(text);
  if (!major || !take(text, '.')) {
    return std::nullopt;
  }
  const auto minor = take_number(text);
  if (!minor || !take(text, '.')) {
    return std::nullopt;
  }
  const auto patch = take_number(text);
  if (!patch) {
    return std::nullopt;
  }
  SemVer version{.major = *major, .minor = *minor, .patch = *patch, .prerelease = {}};
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    if (!are_identifiers(text.substr(plus + 1))) {
      return std::nullopt;
    }
    text = text.substr(0, plus);
  }
  if (!text.empty()) {
    static_cast<void>(take(text, '-'));
    auto prerelease = identifiers_of(text);
    if (!prerelease) {
      return std::nullopt;
    }
    version.prerelease = *std::move(prerelease);
  }
  return version;
}

bool is_version_range(std::string_view text) {
  while (true) {
    const auto bar = text.find("||");
    if (!is_comparator_set(text.substr(0, std::min(bar, text.size())))) {
      return false;
    }
    if (bar == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(bar + 2);
  }
}

}  // namespace registry::core
