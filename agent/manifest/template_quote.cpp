#include "agent/manifest/template_quote.hpp"

#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

constexpr char32_t k_replacement = 0xFFFD;

std::string simple_escape_of(char32_t code) {
  switch (code) {
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    default:
      return {};
  }
}

void append_escaped(std::string& out, char32_t code, char quote, QuoteStyle style) {
  if (code == static_cast<char32_t>(quote) || code == '\\') {
    out += '\\';
    out += static_cast<char>(code);
    return;
  }
  if (style == QuoteStyle::ascii ? code >= 0x20 && code < 0x7F : is_printable(code)) {
    append_utf8(out, code);
    return;
  }
  if (const auto simple = simple_escape_of(code); !simple.empty()) {
    out += simple;
    return;
  }
  const auto number = static_cast<std::uint32_t>(code);
  out += code < 0x20 || code == 0x7F ? fmt::format("\\x{:02x}", number)
         : code < 0x10000            ? fmt::format("\\u{:04x}", number)
                                     : fmt::format("\\U{:08x}", number);
}

}  // namespace

bool is_printable(char32_t code) {
  if (code < 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0xAD) {
    return false;
  }
  const bool separator = code == 0x1680 || (code >= 0x2000 && code <= 0x200F) ||
                         (code >= 0x2028 && code <= 0x202F) || (code >= 0x205F && code <= 0x206F) ||
                         code == 0x3000 || code == 0xFEFF;
  const bool unassigned =
      (code >= 0xD800 && code <= 0xF8FF) || (code & 0xFFFEU) == 0xFFFE || code >= 0xE0000;
  return !separator && !unassigned;
}

DecodedCharacter decode_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (const auto code = single_code_point(text.substr(0, length)); code && lead < 0xF5) {
    return {*code, std::min(length, text.size()), true};
  }
  return {k_replacement, 1, false};
}

std::string quoted(std::string_view text, QuoteStyle style) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto next = decode_character(text);
    if (next.valid) {
      append_escaped(out, next.code, '"', style);
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    }
    text.remove_prefix(next.bytes);
  }
  return out + "\"";
}

std::string quoted_character(char32_t code, QuoteStyle style) {
  std::string out = "'";
  append_escaped(out, code > 0x10FFFF ? k_replacement : code, '\'', style);
  return out + "'";
}

bool can_backquote(std::string_view text) {
  while (!text.empty()) {
    const auto next = decode_character(text);
    if (!next.valid || next.code == 0xFEFF || next.code == '`' || next.code == 0x7F ||
        (next.code < 0x20 && next.code != '\t')) {
      return false;
    }
    text.remove_prefix(next.bytes);
  }
  return true;
}

std::string shown_character(char32_t code) {
  auto shown = fmt::format("U+{:04X}", static_cast<std::uint32_t>(code));
  if (is_printable(code)) {
    shown += " '";
    append_utf8(shown, code);
    shown += "'";
  }
  return shown;
}

}  // namespace agent::manifest
