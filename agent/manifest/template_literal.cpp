#include "agent/manifest/template_literal.hpp"

#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>

namespace agent::manifest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Go allows an underscore between digits and after a base prefix only.
std::optional<std::string> without_underscores(std::string_view digits, bool after_prefix) {
  std::string out;
  bool may_follow = after_prefix;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] != '_') {
      out.push_back(digits[i]);
      may_follow = is_hex(digits[i]);
      continue;
    }
    if (!may_follow || i + 1 == digits.size() || !is_hex(digits[i + 1])) {
      return std::nullopt;
    }
    may_follow = false;
  }
  return out;
}

std::optional<Value> parse_integer(std::string_view digits, int base, bool negative) {
  std::uint64_t magnitude = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (fault != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  constexpr auto k_largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (negative) {
    if (magnitude > k_largest + 1) {
      return std::nullopt;
    }
    return Value::integer(static_cast<std::int64_t>(~magnitude + 1));
  }
  return magnitude > k_largest ? Value::unsigned_integer(magnitude)
                               : Value::integer(static_cast<std::int64_t>(magnitude));
}

std::optional<Value> parse_real(std::string_view digits, std::chars_format form, bool negative) {
  double value = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, form);
  if (fault != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return Value::real(negative ? -value : value);
}

int base_of_prefix(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') {
    return 0;
  }
  switch (digits[1]) {
    case 'x':
    case 'X':
      return 16;
    case 'o':
    case 'O':
      return 8;
    case 'b':
    case 'B':
      return 2;
    default:
      return 0;
  }
}

std::optional<std::uint32_t> code_of(std::string_view digits, int base) {
  std::uint32_t value = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (fault != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

char simple_escape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    case '\\':
      return '\\';
    default:
      return 0;
  }
}

struct NumericEscape {
  std::size_t digits;
  int base;
  bool is_byte;  // One byte of UTF-8 rather than a code point.
};

std::optional<NumericEscape> numeric_escape(char c) {
  switch (c) {
    case 'x':
      return NumericEscape{2, 16, true};
    case 'u':
      return NumericEscape{4, 16, false};
    case 'U':
      return NumericEscape{8, 16, false};
    default:
      return c >= '0' && c <= '7' ? std::optional(NumericEscape{3, 8, true}) : std::nullopt;
  }
}

// `rest` begins after the backslash. Gives how many characters were used; 0 for a bad escape.
std::size_t append_escape(std::string_view rest, char quote, std::string& out) {
  if (rest.empty()) {
    return 0;
  }
  if (const char simple = rest[0] == quote ? quote : simple_escape(rest[0]); simple != 0) {
    out.push_back(simple);
    return 1;
  }
  const auto form = numeric_escape(rest[0]);
  if (!form) {
    return 0;
  }
  const std::size_t start = form->base == 8 ? 0 : 1;
  if (rest.size() < start + form->digits) {
    return 0;
  }
  const auto code = code_of(rest.substr(start, form->digits), form->base);
  const bool surrogate = code && *code >= 0xD800 && *code <= 0xDFFF;
  if (!code || (form->is_byte && *code > 0xFF) ||
      (!form->is_byte && (*code > 0x10FFFF || surrogate))) {
    return 0;
  }
  if (form->is_byte) {
    out.push_back(static_cast<char>(*code));
  } else {
    append_utf8(out, *code);
  }
  return start + form->digits;
}

}  // namespace

std::optional<Value> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text.empty() || !(is_digit(text[0]) || text[0] == '.')) {
    return std::nullopt;
  }
  const int prefixed = base_of_prefix(text);
  if (prefixed == 16 && text.find_first_of(".pP") != std::string_view::npos) {
    const bool has_exponent = text.find_first_of("pP") != std::string_view::npos;
    const auto digits = without_underscores(text.substr(2), true);
    return has_exponent && digits ? parse_real(*digits, std::chars_format::hex, negative)
                                  : std::nullopt;
  }
  if (prefixed == 0 && text.find_first_of(".eE") != std::string_view::npos) {
    return parse_real(text, std::chars_format::general, negative);
  }
  const auto digits = without_underscores(prefixed != 0 ? text.substr(2) : text, prefixed != 0);
  if (!digits || digits->empty()) {
    return std::nullopt;
  }
  const bool octal = prefixed == 0 && digits->size() > 1 && digits->front() == '0';
  return parse_integer(*digits, prefixed != 0 ? prefixed : octal ? 8 : 10, negative);
}

std::string number_fault(std::string_view text) {
  const bool whole = text.find_first_not_of("+-0123456789") == std::string_view::npos &&
                     text.find_first_of("0123456789") != std::string_view::npos;
  return fmt::format("{}: {}", whole ? "integer overflow" : "illegal number syntax", quoted(text));
}

std::optional<std::string> unescape(std::string_view text, char quote) {
  std::string out;
  while (!text.empty()) {
    if (text[0] != '\\') {
      out.push_back(text[0]);
      text.remove_prefix(1);
      continue;
    }
    const std::size_t used = append_escape(text.substr(1), quote, out);
    if (used == 0) {
      return std::nullopt;
    }
    text.remove_prefix(used + 1);
  }
  return out;
}

std::optional<char32_t> single_code_point(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (text.size() != length || (lead >= 0x80 && lead < 0xC2)) {
    return std::nullopt;
  }
  char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (const char c : text.substr(1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80) {
      return std::nullopt;
    }
    code = (code << 6U) | (byte & 0x3FU);
  }
  return code;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto code = static_cast<std::uint32_t>(code_point);
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

}  // namespace agent::manifest
