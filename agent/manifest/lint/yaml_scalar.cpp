#include "agent/manifest/lint/yaml_scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace agent::manifest::lint {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Walks over a text.
struct Scan {
  std::string_view rest;

  bool take(char c) {
    if (rest.starts_with(c)) {
      rest.remove_prefix(1);
      return true;
    }
    return false;
  }
  bool take_any(std::string_view of) {
    if (!rest.empty() && of.find(rest.front()) != std::string_view::npos) {
      rest.remove_prefix(1);
      return true;
    }
    return false;
  }
  template <typename Accept>
  std::size_t take_while(Accept accept) {
    std::size_t count = 0;
    while (count < rest.size() && accept(rest[count])) {
      ++count;
    }
    rest.remove_prefix(count);
    return count;
  }
  // Exactly between `least` and `most` digits.
  bool digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    while (count < most && count < rest.size() && is_digit(rest[count])) {
      ++count;
    }
    rest.remove_prefix(count);
    return count >= least;
  }
};

std::string without_underscores(std::string_view text) {
  std::string bare(text);
  std::erase(bare, '_');
  return bare;
}

double digits_value(std::string_view digits, int base) {
  double value = 0;
  if (base == 10) {
    // Exact to the last digit, which adding them up is not.
    return std::strtod(std::string(digits).c_str(), nullptr);
  }
  for (const char c : digits) {
    const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * base + digit;
  }
  return value;
}

bool all_digits_of(std::string_view text, int base) {
  bool any = false;
  for (const char c : text) {
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : 99;
    if (c != '_' && digit >= base) {
      return false;
    }
    any = any || c != '_';
  }
  return any && text.back() != '_';
}

// ":30" or ":05:30": parts of at most two digits, the first below 6.
bool is_base60_tail(std::string_view text) {
  Scan scan{text};
  while (!scan.rest.empty()) {
    if (!scan.take(':')) {
      return false;
    }
    const auto part = scan.rest.substr(0, scan.rest.find(':'));
    if (part.empty() || part.size() > 2 || !std::all_of(part.begin(), part.end(), is_digit) ||
        (part.size() == 2 && part.front() > '5')) {
      return false;
    }
    scan.rest.remove_prefix(part.size());
  }
  return true;
}

double base60_value(std::string_view text) {
  double value = 0;
  for (;;) {
    const auto colon = text.find(':');
    value = value * 60 + std::strtod(std::string(text.substr(0, colon)).c_str(), nullptr);
    if (colon == std::string_view::npos) {
      return value;
    }
    text.remove_prefix(colon + 1);
  }
}

std::optional<double> decimal_integer(std::string_view text) {
  const auto colon = text.find(':');
  const auto head = text.substr(0, colon);
  if (head.empty() || head.front() == '_' || !all_digits_of(head, 10)) {
    return std::nullopt;
  }
  if (colon == std::string_view::npos) {
    return digits_value(without_underscores(head), 10);
  }
  return is_base60_tail(text.substr(colon)) ? std::optional(base60_value(without_underscores(text)))
                                            : std::nullopt;
}

std::optional<double> unsigned_integer(std::string_view text) {
  if (text == "0") {
    return 0.0;
  }
  if (!text.starts_with('0')) {
    return decimal_integer(text);
  }
  const int base = text[1] == 'b' ? 2 : text[1] == 'x' ? 16 : 8;
  const auto digits = text.substr(base == 8 ? 1 : 2);
  if (digits.empty() || !all_digits_of(digits, base)) {
    return std::nullopt;
  }
  return digits_value(without_underscores(digits), base);
}

std::optional<double> integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto value = unsigned_integer(text);
  return value && negative ? std::optional(-*value) : value;
}

bool is_digit_or_underscore(char c) {
  return is_digit(c) || c == '_';
}

bool take_exponent(Scan& scan) {
  if (scan.take_any("eE")) {
    scan.take_any("+-");
    return scan.take_while(is_digit) > 0;
  }
  return true;
}

// 2.5e4, 2.5, .5
bool is_decimal_float(std::string_view text) {
  Scan scan{text};
  if (scan.take('.')) {
    return scan.take_while(is_digit_or_underscore) > 0 && take_exponent(scan) && scan.rest.empty();
  }
  scan.take_any("+-");
  if (!scan.take('0') &&
      (!scan.take_any("123456789") || (scan.take_while(is_digit_or_underscore), false))) {
    return false;
  }
  if (scan.take('.')) {
    scan.take_while(is_digit_or_underscore);
  }
  return take_exponent(scan) && scan.rest.empty();
}

// 20:59.5
bool is_base60_float(std::string_view text) {
  Scan scan{text};
  scan.take_any("+-");
  const auto dot = scan.rest.find('.');
  const auto colon = scan.rest.find(':');
  if (dot == std::string_view::npos || colon == std::string_view::npos || colon > dot) {
    return false;
  }
  const auto head = scan.rest.substr(0, colon);
  const auto fraction = scan.rest.substr(dot + 1);
  return !head.empty() && is_digit(head.front()) &&
         std::all_of(head.begin(), head.end(), is_digit_or_underscore) &&
         is_base60_tail(scan.rest.substr(colon, dot - colon)) &&
         std::all_of(fraction.begin(), fraction.end(), is_digit_or_underscore);
}

std::optional<double> special_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text == ".inf" || text == ".Inf" || text == ".INF") {
    return negative ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::infinity();
  }
  return std::nullopt;
}

std::optional<double> floating(std::string_view text) {
  if (const auto special = special_float(text)) {
    return special;
  }
  const bool base60 = is_base60_float(text);
  if (text.ends_with('_') || (!base60 && !is_decimal_float(text))) {
    return std::nullopt;
  }
  auto bare = without_underscores(text);
  const bool negative = bare.starts_with('-');
  if (negative || bare.starts_with('+')) {
    bare.erase(0, 1);
  }
  const double value = base60 ? base60_value(bare) : std::strtod(bare.c_str(), nullptr);
  return negative ? -value : value;
}

bool take_zone(Scan& scan) {
  scan.take_while([](char c) { return c == ' ' || c == '\t'; });
  if (scan.take('Z')) {
    return true;
  }
  if (!scan.take_any("+-") || !scan.digits(1, 2)) {
    return false;
  }
  return !scan.take(':') || scan.digits(2, 2);
}

bool take_time(Scan& scan) {
  if (!scan.take_any("Tt") && scan.take_while([](char c) { return c == ' ' || c == '\t'; }) == 0) {
    return false;
  }
  if (!scan.digits(1, 2) || !scan.take(':') || !scan.digits(2, 2) || !scan.take(':') ||
      !scan.digits(2, 2)) {
    return false;
  }
  if (scan.take('.')) {
    scan.take_while(is_digit);
  }
  return scan.rest.empty() || (take_zone(scan) && scan.rest.empty());
}

bool is_timestamp(std::string_view text) {
  Scan day{text};
  if (day.digits(4, 4) && day.take('-') && day.digits(2, 2) && day.take('-') && day.digits(2, 2) &&
      day.rest.empty()) {
    return true;
  }
  Scan scan{text};
  return scan.digits(4, 4) && scan.take('-') && scan.digits(1, 2) && scan.take('-') &&
         scan.digits(1, 2) && take_time(scan);
}

bool is_null(std::string_view text) {
  return text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  return std::nullopt;
}

ValuePtr opaque(const std::string& text) {
  auto value = Value::of(Value::Kind::opaque);
  value->string = text;
  return value;
}

bool is_base64(std::string_view text) {
  static constexpr std::string_view k_alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  std::size_t bits = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      continue;
    }
    if (k_alphabet.find(c) == std::string_view::npos) {
      return false;
    }
    bits += 6;
  }
  return bits % 8 == 0;
}

}  // namespace

ValuePtr resolve_tagged(std::string_view name, const std::string& text) {
  if (name == "str") {
    return Value::of(text);
  }
  if (name == "null") {
    return is_null(text) ? Value::of(Value::Kind::null) : nullptr;
  }
  if (name == "bool") {
    const auto value = boolean(text);
    return value ? Value::of(*value) : nullptr;
  }
  if (name == "int" || name == "float") {
    const auto value = name == "int" ? integer(text) : floating(text);
    return value ? Value::of(*value) : nullptr;
  }
  if (name == "timestamp") {
    return is_timestamp(text) ? opaque(text) : nullptr;
  }
  if (name == "binary") {
    return is_base64(text) ? opaque(text) : nullptr;
  }
  return name == "merge" && text == "<<" ? Value::of(text) : nullptr;
}

std::optional<Resolved> resolve_plain(const std::string& text) {
  for (const std::string_view name : {"null", "bool", "int", "float", "timestamp", "merge"}) {
    if (auto value = resolve_tagged(name, text)) {
      return Resolved{std::string(k_tag_prefix) + std::string(name), std::move(value)};
    }
  }
  return std::nullopt;
}

}  // namespace agent::manifest::lint
