#include "agent/manifest/template_directive.hpp"

#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace agent::manifest {
namespace {

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

void append_padded(BoundedText& out,
                   const Directive& directive,
                   std::string_view text,
                   bool number) {
  const auto width = static_cast<std::size_t>(std::max(directive.width.value_or(0), 0));
  const std::size_t length = characters_of(text);
  const std::size_t missing = width > length ? width - length : 0;
  if (directive.minus) {
    out.append(text);
    out.append(missing, ' ');
    return;
  }
  if (!directive.zero) {
    out.append(missing, ' ');
    out.append(text);
    return;
  }
  // Zeros go between a number's sign and its digits.
  const bool has_sign =
      number && !text.empty() && (text[0] == '-' || text[0] == '+' || text[0] == ' ');
  out.append(text.substr(0, has_sign ? 1 : 0));
  out.append(missing, '0');
  out.append(text.substr(has_sign ? 1 : 0));
}

std::string sign_of(const Directive& directive, bool negative) {
  return negative ? "-" : directive.plus ? "+" : directive.blank ? " " : "";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += fmt::format("\\{}", c);
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F
                   ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                   : std::string(1, c);
    }
  }
  return out + "\"";
}

std::string hex_of(std::string_view text, bool upper) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  return out;
}

void append_misfit(BoundedText& out, const Directive& directive, const Value& value) {
  out.append("%!");
  std::string verb;
  append_utf8(verb, directive.verb);
  out.append(verb);
  out.append("(");
  out.append(value.type_name());
  out.append(value.kind() == ValueKind::nil ? "" : "=");
  if (value.kind() != ValueKind::nil) {
    append_plain(out, value);
  }
  out.append(")");
}

std::optional<std::string> digits_in(std::uint64_t magnitude, const Directive& directive) {
  switch (directive.verb) {
    case 'v':
    case 'd':
      return std::to_string(magnitude);
    case 'b':
      return fmt::format("{}{:b}", directive.sharp ? "0b" : "", magnitude);
    case 'o':
      return fmt::format("{}{:o}", directive.sharp ? "0" : "", magnitude);
    case 'x':
      return fmt::format("{}{:x}", directive.sharp ? "0x" : "", magnitude);
    case 'X':
      return fmt::format("{}{:X}", directive.sharp ? "0X" : "", magnitude);
    default:
      return std::nullopt;
  }
}

bool append_code_point(BoundedText& out, const Directive& directive, std::uint64_t magnitude) {
  const auto code = static_cast<char32_t>(magnitude > 0x10FFFF ? 0xFFFD : magnitude);
  std::string text;
  switch (directive.verb) {
    case 'c':
      append_utf8(text, code);
      break;
    case 'q':
      append_utf8(text, code);
      text = "'" + text + "'";
      break;
    case 'U':
      text = fmt::format("U+{:04X}", static_cast<std::uint32_t>(code));
      break;
    default:
      return false;
  }
  append_padded(out, directive, text, false);
  return true;
}

void append_whole(BoundedText& out,
                  Directive directive,
                  const Value& value,
                  bool negative,
                  std::uint64_t magnitude) {
  auto digits = digits_in(magnitude, directive);
  if (!digits) {
    if (negative || !append_code_point(out, directive, magnitude)) {
      append_misfit(out, directive, value);
    }
    return;
  }
  if (directive.precision) {
    const auto least = static_cast<std::size_t>(std::min(*directive.precision, 1000));
    digits->insert(0, digits->size() < least ? least - digits->size() : 0, '0');
    directive.zero = false;
  }
  append_padded(out, directive, sign_of(directive, negative) + *digits, true);
}

void append_real(BoundedText& out,
                 const Directive& directive,
                 double value,
                 const Value& original) {
  const int precision = std::min(directive.precision.value_or(6), 1000);
  const double magnitude = std::abs(value);
  std::string digits;
  switch (directive.verb) {
    case 'f':
    case 'F':
      digits = fmt::format("{:.{}f}", magnitude, precision);
      break;
    case 'e':
      digits = fmt::format("{:.{}e}", magnitude, precision);
      break;
    case 'E':
      digits = fmt::format("{:.{}E}", magnitude, precision);
      break;
    case 'v':
    case 'g':
      digits = directive.precision ? fmt::format("{:.{}g}", magnitude, precision)
                                   : plain_real(magnitude);
      break;
    default:
      append_misfit(out, directive, original);
      return;
  }
  append_padded(out, directive, sign_of(directive, std::signbit(value)) + digits, true);
}

void append_text(BoundedText& out, const Directive& directive, const Value& value) {
  std::string_view text = value.as_text();
  if (directive.precision && characters_of(text) > static_cast<std::size_t>(*directive.precision)) {
    std::size_t end = 0;
    for (int left = *directive.precision; end < text.size(); ++end) {
      const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80;
      if (starts && left-- == 0) {
        break;
      }
    }
    text = text.substr(0, end);
  }
  switch (directive.verb) {
    case 'v':
      append_padded(out, directive, directive.sharp ? quoted(text) : std::string(text), false);
      return;
    case 's':
      append_padded(out, directive, text, false);
      return;
    case 'q':
      append_padded(out, directive, quoted(text), false);
      return;
    case 'x':
    case 'X':
      append_padded(out, directive, hex_of(text, directive.verb == 'X'), false);
      return;
    default:
      append_misfit(out, directive, value);
  }
}

// The verb applies to each element.
void append_elements(BoundedText& out, const Directive& directive, const ValueList& list) {
  out.append("[");
  for (std::size_t i = 0; i < list.size() && !out.overflowed(); ++i) {
    out.append(i == 0 ? "" : " ");
    append_value(out, directive, list[i]);
  }
  out.append("]");
}

}  // namespace

void append_value(BoundedText& out, const Directive& directive, const Value& value) {
  if (directive.verb == 'T') {
    append_padded(out, directive, value.type_name(), false);
    return;
  }
  switch (value.kind()) {
    case ValueKind::nil:
      if (directive.verb == 'v') {
        append_padded(out, directive, "<nil>", false);
      } else {
        append_misfit(out, directive, value);
      }
      return;
    case ValueKind::boolean:
      if (directive.verb == 'v' || directive.verb == 't') {
        append_padded(out, directive, value.as_boolean() ? "true" : "false", false);
      } else {
        append_misfit(out, directive, value);
      }
      return;
    case ValueKind::integer: {
      const auto number = value.as_integer();
      const auto bits = static_cast<std::uint64_t>(number);
      append_whole(out, directive, value, number < 0, number < 0 ? ~bits + 1 : bits);
      return;
    }
    case ValueKind::unsigned_integer:
      append_whole(out, directive, value, false, value.as_unsigned());
      return;
    case ValueKind::real:
      append_real(out, directive, value.as_real(), value);
      return;
    case ValueKind::text:
      append_text(out, directive, value);
      return;
    case ValueKind::list:
      append_elements(out, directive, value.as_list());
      return;
    case ValueKind::map:
      append_plain(out, value);
      return;
  }
}

}  // namespace agent::manifest
