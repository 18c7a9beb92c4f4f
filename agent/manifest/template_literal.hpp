#pragma once
// Go's literals: numbers, characters and quoted strings.

#include "agent/manifest/template_value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace agent::manifest {

// Decimal, 0x, 0o, 0b, leading-zero octal, underscores between digits, floats in decimal and in
// hexadecimal; an optional sign. The kind is Go's choice for an untyped constant: real when it has
// a point or an exponent, else integer; unsigned when it is too large for that. Nothing for what is
// no number or does not fit.
std::optional<Value> parse_number(std::string_view text);

// Why parse_number gave nothing, in Go's words.
std::string number_fault(std::string_view text);

// What stands between the quotes of "…" or '…', with Go's escapes. Nothing for a bad escape.
std::optional<std::string> unescape(std::string_view text, char quote);

// The code point of UTF-8 text that is exactly one character.
std::optional<char32_t> single_code_point(std::string_view text);

void append_utf8(std::string& out, char32_t code_point);

}  // namespace agent::manifest
