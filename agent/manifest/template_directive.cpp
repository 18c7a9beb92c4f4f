#include "agent/manifest/template_directive.hpp"

#include "agent/manifest/template_literal.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace agent::manifest {
namespace {

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  }));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) {
    end += decode_character(text.substr(end)).bytes;
  }
  return text.substr(0, end);
}

std::string hex_of(std::string_view text, const Directive& directive) {
  const bool upper = directive.verb == 'X';
  const std::string_view prefix = directive.sharp ? (upper ? "0X" : "0x") : "";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool apart = directive.blank && !out.empty();
    out += apart ? " " : "";
    out += out.empty() || apart ? prefix : "";
    out += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  return out;
}

void append_misfit(BoundedText& out, Directive directive, const Value& value) {
  std::string verb;
  append_utf8(verb, directive.verb);
  out.append(fmt::format("%!{}(", verb));
  if (value.kind() == ValueKind::nil) {
    out.append("<nil>)");
    return;
  }
  out.append(value.type_name());
  out.append("=");
  directive.verb = 'v';
  append_value(out, directive, value);
  out.append(")");
}

bool append_text(BoundedText& out, const Directive& directive, std::string_view text) {
  const auto style = directive.plus ? QuoteStyle::ascii : QuoteStyle::as_is;
  const bool is_hex = directive.verb == 'x' || directive.verb == 'X';
  if (directive.precision) {
    const auto most = static_cast<std::size_t>(*directive.precision);
    text = is_hex ? text.substr(0, most) : first_characters(text, most);
  }
  switch (directive.verb) {
    case 'v':
      append_padded(out, directive, directive.go_syntax ? quoted(text) : std::string(text));
      return true;
    case 's':
      append_padded(out, directive, text);
      return true;
    case 'q':
      append_padded(
          out,
          directive,
          directive.sharp && can_backquote(text) ? fmt::format("`{}`", text) : quoted(text, style));
      return true;
    case 'x':
    case 'X':
      append_padded(out, directive, hex_of(text, directive));
      return true;
    default:
      return false;
  }
}

// Inside a list or map a nil is no misfit.
void append_element(BoundedText& out, const Directive& directive, const Value& element) {
  if (element.kind() == ValueKind::nil) {
    out.append(directive.go_syntax ? "interface {}(nil)" : "<nil>");
  } else {
    append_value(out, directive, element);
  }
}

void append_elements(BoundedText& out, const Directive& directive, const Value& list) {
  out.append(directive.go_syntax ? fmt::format("{}{{", list.type_name()) : "[");
  bool first = true;
  for (const auto& element : list.as_list()) {
    if (out.overflowed()) {
      return;
    }
    out.append(first ? "" : directive.go_syntax ? ", " : " ");
    first = false;
    append_element(out, directive, element);
  }
  out.append(directive.go_syntax ? "}" : "]");
}

void append_entries(BoundedText& out, const Directive& directive, const Value& map) {
  out.append(directive.go_syntax ? fmt::format("{}{{", map.type_name()) : "map[");
  bool first = true;
  for (const auto& [key, value] : map.as_map()) {
    if (out.overflowed()) {
      return;
    }
    out.append(first ? "" : directive.go_syntax ? ", " : " ");
    first = false;
    append_value(out, directive, Value::text(key));
    out.append(":");
    append_element(out, directive, value);
  }
  out.append(directive.go_syntax ? "}" : "]");
}

bool append_plain_word(BoundedText& out,
                       const Directive& directive,
                       char32_t verb,
                       std::string_view word) {
  if (directive.verb != 'v' && directive.verb != verb) {
    return false;
  }
  append_padded(out, directive, word);
  return true;
}

// False for a verb that does not fit.
bool append_fitting(BoundedText& out, const Directive& directive, const Value& value) {
  switch (value.kind()) {
    case ValueKind::nil:
      return append_plain_word(out, directive, 'v', "<nil>");
    case ValueKind::boolean:
      return append_plain_word(out, directive, 't', value.as_boolean() ? "true" : "false");
    case ValueKind::integer: {
      const auto number = value.as_integer();
      const auto bits = static_cast<std::uint64_t>(number);
      return append_whole(out, directive, number < 0, number < 0 ? ~bits + 1 : bits);
    }
    case ValueKind::unsigned_integer: {
      auto form = directive;
      if (form.go_syntax) {
        form.verb = 'x';
        form.sharp = true;
      }
      return append_whole(out, form, false, value.as_unsigned());
    }
    case ValueKind::real:
      return append_real(out, directive, value.as_real());
    case ValueKind::text:
      return append_text(out, directive, value.as_text());
    case ValueKind::list:
      append_elements(out, directive, value);
      return true;
    case ValueKind::map:
      append_entries(out, directive, value);
      return true;
    case ValueKind::time: {
      BoundedText text(64);
      append_plain(text, value);
      return append_plain_word(out, directive, 's', std::move(text).take());
    }
  }
  return false;
}

}  // namespace

void append_padded(BoundedText& out, const Directive& directive, std::string_view text) {
  const auto width = static_cast<std::size_t>(std::max(directive.width.value_or(0), 0));
  const std::size_t length = width > 0 ? characters_of(text) : 0;
  const std::size_t missing = width - std::min(width, length);
  if (directive.minus) {
    out.append(text);
    out.append(missing, ' ');
    return;
  }
  out.append(missing, directive.zero ? '0' : ' ');
  out.append(text);
}

void append_value(BoundedText& out, const Directive& directive, const Value& value) {
  if (directive.verb == 'T') {
    append_text(out,
                {.minus = directive.minus,
                 .zero = directive.zero,
                 .width = directive.width,
                 .precision = directive.precision,
                 .verb = 's'},
                value.type_name());
    return;
  }
  if (!append_fitting(out, directive, value)) {
    append_misfit(out, directive, value);
  }
}

}  // namespace agent::manifest
