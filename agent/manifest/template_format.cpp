#include "agent/manifest/template_format.hpp"

#include "agent/manifest/template_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace agent::manifest {
namespace {

// The mantissa's digits and exponent of the shortest text that reads back as `value`.
struct Decimal {
  std::string digits;
  int exponent = 0;  // Of the first digit.
};

Decimal shortest(double value) {
  std::array<char, 64> buffer{};
  const auto done = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(done.ptr - buffer.data()));
  const std::size_t mark = text.find('e');
  Decimal decimal;
  for (const char c : text.substr(0, mark)) {
    if (c != '.') {
      decimal.digits.push_back(c);
    }
  }
  auto exponent = text.substr(mark + 1);
  const bool negative = exponent.starts_with('-');
  exponent.remove_prefix(1);  // Always signed.
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.exponent);
  decimal.exponent = negative ? -decimal.exponent : decimal.exponent;
  return decimal;
}

std::string in_exponent_form(const Decimal& decimal) {
  std::string out = decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) {
    out += "." + decimal.digits.substr(1);
  }
  const int magnitude = std::abs(decimal.exponent);
  out += decimal.exponent < 0 ? "e-" : "e+";
  out += (magnitude < 10 ? "0" : "") + std::to_string(magnitude);
  return out;
}

std::string in_point_form(const Decimal& decimal) {
  if (decimal.exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-decimal.exponent - 1), '0') +
           decimal.digits;
  }
  const auto whole = static_cast<std::size_t>(decimal.exponent) + 1;
  if (decimal.digits.size() <= whole) {
    return decimal.digits + std::string(whole - decimal.digits.size(), '0');
  }
  return decimal.digits.substr(0, whole) + "." + decimal.digits.substr(whole);
}

void append_list(BoundedText& out, const ValueList& list) {
  out.append("[");
  for (std::size_t i = 0; i < list.size() && !out.overflowed(); ++i) {
    out.append(i == 0 ? "" : " ");
    append_plain(out, list[i]);
  }
  out.append("]");
}

void append_map(BoundedText& out, const ValueMap& map) {
  out.append("map[");
  bool first = true;
  for (const auto& [key, value] : map) {
    out.append(first ? "" : " ");
    first = false;
    out.append(key);
    out.append(":");
    append_plain(out, value);
    if (out.overflowed()) {
      return;
    }
  }
  out.append("]");
}

}  // namespace

void BoundedText::append(std::string_view text) {
  const std::size_t room = most_ - text_.size();
  overflowed_ = overflowed_ || text.size() > room;
  text_.append(text.substr(0, room));
}

void BoundedText::append(std::size_t count, char c) {
  const std::size_t room = most_ - text_.size();
  overflowed_ = overflowed_ || count > room;
  text_.append(std::min(count, room), c);
}

std::string plain_real(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  const std::string sign = std::signbit(value) ? "-" : "";
  const auto decimal = shortest(std::abs(value));
  const bool exponent_form = decimal.exponent < -4 || decimal.exponent >= 6;
  return sign + (exponent_form ? in_exponent_form(decimal) : in_point_form(decimal));
}

void append_plain(BoundedText& out, const Value& value) {
  switch (value.kind()) {
    case ValueKind::nil:
      out.append("<nil>");
      return;
    case ValueKind::boolean:
      out.append(value.as_boolean() ? "true" : "false");
      return;
    case ValueKind::integer:
      out.append(std::to_string(value.as_integer()));
      return;
    case ValueKind::unsigned_integer:
      out.append(std::to_string(value.as_unsigned()));
      return;
    case ValueKind::real:
      out.append(plain_real(value.as_real()));
      return;
    case ValueKind::text:
      out.append(value.as_text());
      return;
    case ValueKind::list:
      append_list(out, value.as_list());
      return;
    case ValueKind::map:
      if (value.go_type() == GoType::version) {
        out.append(value.as_map().at("String").as_text());
        return;
      }
      append_map(out, value.as_map());
      return;
    case ValueKind::time:
      out.append(format_time("2006-01-02 15:04:05 -0700 MST", value.as_time()));
      return;
  }
}

}  // namespace agent::manifest
