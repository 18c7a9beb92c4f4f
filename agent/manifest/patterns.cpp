#include "agent/manifest/patterns.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace agent::manifest::patterns {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool word(char c) {
  return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool among(std::string_view text, std::initializer_list<std::string_view> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool all(std::string_view text, bool (*accept)(char)) {
  return std::all_of(text.begin(), text.end(), accept);
}

struct Scan {
  std::string_view rest;

  bool take(char c) {
    const bool found = rest.starts_with(c);
    rest.remove_prefix(found ? 1 : 0);
    return found;
  }
  bool take(std::string_view text) {
    const bool found = rest.starts_with(text);
    rest.remove_prefix(found ? text.size() : 0);
    return found;
  }
  bool take_any(std::string_view of) {
    const bool found = !rest.empty() && of.find(rest.front()) != std::string_view::npos;
    rest.remove_prefix(found ? 1 : 0);
    return found;
  }
  // Any character but the end of a line. Those of several bytes do not matter here.
  bool take_dot() {
    const bool found = !rest.empty() && rest.front() != '\n' && rest.front() != '\r';
    rest.remove_prefix(found ? 1 : 0);
    return found;
  }
  std::size_t skip(bool (*accept)(char), std::size_t most = std::string_view::npos) {
    std::size_t count = 0;
    while (count < most && count < rest.size() && accept(rest[count])) {
      ++count;
    }
    rest.remove_prefix(count);
    return count;
  }
  [[nodiscard]] bool done() const noexcept { return rest.empty(); }
};

// White space of Unicode too, as the original's language trims it.
std::string_view trimmed(std::string_view text) {
  static constexpr std::array<std::string_view, 20> k_blanks{
      " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00a0",
      "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2028", "\u2029",
      "\u202f", "\u205f", "\u3000", "\ufeff", "\u2009", "\u200a"};
  for (bool again = true; again;) {
    again = false;
    for (const auto blank : k_blanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      } else if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return text;
}

bool has_fingerprint(std::string_view text, bool (*octet_digit)(char)) {
  constexpr std::size_t k_length = 47;
  for (std::size_t start = 0; start + k_length <= text.size(); ++start) {
    bool found = true;
    for (std::size_t i = 0; found && i < k_length; ++i) {
      found = i % 3 == 2 ? text[start + i] == ':' : octet_digit(text[start + i]);
    }
    if (found) {
      return true;
    }
  }
  return false;
}

bool is_line(std::string_view text) {
  return text.find_first_of("\n\r") == std::string_view::npos &&
         text.find("\u2028") == std::string_view::npos &&
         text.find("\u2029") == std::string_view::npos;
}

// 0 to 255 without a leading zero.
bool take_octet(Scan& scan) {
  const auto count = std::min<std::size_t>(3, scan.rest.size());
  std::size_t length = 0;
  while (length < count && digit(scan.rest[length])) {
    ++length;
  }
  const auto number = scan.rest.substr(0, length);
  if (number.empty() || (number.size() > 1 && number.front() == '0') ||
      (number.size() == 3 && number > "255")) {
    return false;
  }
  scan.rest.remove_prefix(length);
  return true;
}

// Three numbers, all of them percentages or none.
bool take_colors(Scan& scan, bool percent) {
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      scan.skip(space);
      if (!scan.take(',')) {
        return false;
      }
      scan.skip(space);
    }
    if (!take_octet(scan) || (percent && !scan.take('%'))) {
      return false;
    }
  }
  return true;
}

bool size_text(std::string_view text, bool binary) {
  Scan scan{trimmed(text)};
  if (scan.skip(digit) == 0) {
    return false;
  }
  if (scan.take('.')) {
    const auto count = scan.skip(digit);
    if (count == 0 || count > 3) {
      return false;
    }
  }
  if (!scan.take_any("KMGTPEkmgtpe") || (binary && !scan.take_any("iI"))) {
    return false;
  }
  scan.take_any("Bb");
  return scan.done();
}

}  // namespace

bool shell_alias(std::string_view text) {
  return all(text, [](char c) { return word(c) || c == '-'; });
}

bool absolute(std::string_view text) {
  return text.starts_with('/');
}

bool template_start(std::string_view text) {
  return text.starts_with("{{repl");
}

bool fingerprint(std::string_view text) {
  return has_fingerprint(text, [](char c) { return digit(c) || (c >= 'a' && c <= 'f'); });
}

bool image_fingerprint(std::string_view text) {
  return has_fingerprint(text,
                         [](char c) { return (c >= '1' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool docker_old(std::string_view text) {
  // The second number is 0 to 13; whatever stands between may be any character.
  Scan scan{text};
  if (!scan.take('1') || !scan.take_dot()) {
    return false;
  }
  const auto patch = [](Scan rest) {
    return rest.take_dot() && rest.skip(digit) > 0 && rest.done();
  };
  Scan shorter = scan;
  if (shorter.skip(digit, 1) == 1 && patch(shorter)) {
    return true;
  }
  return scan.take('1') && scan.take_any("0123") && patch(scan);
}

bool docker_new(std::string_view text) {
  Scan scan{text};
  if (scan.skip(digit, 2) != 2 || !scan.take_dot()) {
    return false;
  }
  const bool month =
      scan.take('0') ? scan.take_any("123456789") : scan.take('1') && scan.take_any("012");
  if (!month || !scan.take_dot() || scan.skip(digit) == 0) {
    return false;
  }
  return scan.done() || among(scan.rest, {"-ce", "-ee"});
}

bool bytes(std::string_view text) {
  return size_text(text, false);
}

bool ram(std::string_view text) {
  return size_text(text, true);
}

bool quantity(std::string_view text) {
  Scan scan{trimmed(text)};
  scan.take_any("+-");
  if (scan.skip([](char c) { return digit(c) || c == '.'; }) == 0) {
    return false;
  }
  scan.skip(
      [](char c) { return std::string_view("eEinumkKMGTP").find(c) != std::string_view::npos; });
  scan.take_any("+-");
  scan.skip(digit);
  return scan.done();
}

bool secret_name(std::string_view text) {
  constexpr std::array<std::string_view, 5> k_parts{"key", "password", "access", "secret", "token"};
  return std::any_of(k_parts.begin(), k_parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

bool item_type(std::string_view text) {
  return among(text,
               {"text",
                "label",
                "password",
                "file",
                "bool",
                "select_one",
                "select_many",
                "textarea",
                "select",
                "heading"});
}

bool test_command(std::string_view text) {
  return among(text,
               {"regex_match",
                "validate_json",
                "ldap_auth",
                "ldap_config_validate",
                "file_exists",
                "smtp_auth",
                "certificate_verify",
                "aws_auth",
                "github_app_auth",
                "resolve_host",
                "cert",
                "random",
                "echo",
                "publicip",
                "tcp_port_accept",
                "http_status_code",
                "system"});
}

bool color_hex(std::string_view text) {
  const auto hex = [](char c) { return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); };
  return (text.size() == 4 || text.size() == 7) && text.front() == '#' && all(text.substr(1), hex);
}

bool color_rgb(std::string_view text) {
  for (const bool percent : {false, true}) {
    Scan scan{text};
    if (scan.take("rgb(")) {
      scan.skip(space);
      if (take_colors(scan, percent)) {
        scan.skip(space);
        if (scan.take(')') && scan.done()) {
          return true;
        }
      }
    }
  }
  return false;
}

bool color_rgba(std::string_view text) {
  for (const bool percent : {false, true}) {
    Scan scan{text};
    if (!scan.take("rgba(")) {
      continue;
    }
    scan.skip(space);
    if (!take_colors(scan, percent)) {
      continue;
    }
    scan.skip(space);
    if (!scan.take(',')) {
      continue;
    }
    scan.skip(space);
    // "0." with digits but no 0 among them, or 0 or 1; the dot may be any character.
    Scan fraction = scan;
    const auto closes = [](Scan rest) {
      rest.skip(space);
      return rest.take(')') && rest.done();
    };
    if (fraction.take('0') && fraction.take_dot()) {
      fraction.skip([](char c) { return c >= '1' && c <= '9'; });
      if (closes(fraction)) {
        return true;
      }
    }
    if (scan.take_any("01") && closes(scan)) {
      return true;
    }
  }
  return false;
}

bool retention(std::string_view text) {
  Scan scan{text};
  const auto period = [&scan] { return scan.skip(digit) > 0 && scan.take_any("smhdy"); };
  do {
    if (!period() || !scan.take(':') || !period()) {
      return false;
    }
    scan.take(',');
    scan.skip(space, 1);
  } while (!scan.done());
  return true;
}

bool aggregation(std::string_view text) {
  return among(text, {"average", "sum", "min", "max", "last"});
}

bool label_scale(std::string_view text) {
  if (among(text, {"metric", "none"})) {
    return true;
  }
  Scan scan{text};
  scan.take_any("+-");
  const bool whole = scan.skip(digit) > 0;
  return scan.take('.') ? scan.skip(digit) > 0 && scan.done() : whole && scan.done();
}

bool bool_or_template(std::string_view text) {
  return among(text, {"true", "false", "1", "0"}) || (template_start(text) && is_line(text));
}

bool unsigned_or_template(std::string_view text) {
  const bool number =
      !text.empty() && all(text, digit) && (text.size() == 1 || text.front() != '0');
  return number || (template_start(text) && is_line(text));
}

// A scheme http or https, and a host without a blank in it.
bool web_address(std::string_view text) {
  text = trimmed(text);
  std::string scheme;
  Scan scan{text};
  while (!scan.done() && scan.rest.front() != ':' && word(scan.rest.front())) {
    scheme += lower(scan.rest.front());
    scan.rest.remove_prefix(1);
  }
  if (!among(scheme, {"http", "https"}) || !scan.take(':')) {
    return false;
  }
  scan.skip([](char c) { return c == '/' || c == '\\'; });
  auto host = scan.rest.substr(0, scan.rest.find_first_of("/?#\\"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);
  }
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && colon + 1 < host.size() &&
      all(host.substr(colon + 1), digit)) {
    host.remove_suffix(host.size() - colon);
  }
  return !host.empty() && host.find(' ') == std::string_view::npos;
}

}  // namespace agent::manifest::patterns
