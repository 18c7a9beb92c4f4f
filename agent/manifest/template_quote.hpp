#pragma once
// Text in quotes, as Go's strconv writes it.

#include <cstdint>
#include <string>
#include <string_view>

namespace agent::manifest {

enum class QuoteStyle { as_is, ascii };  // ascii: what is beyond it is escaped.

std::string quoted(std::string_view text, QuoteStyle style = QuoteStyle::as_is);
std::string quoted_character(char32_t code, QuoteStyle style = QuoteStyle::as_is);

// Whether a raw string, in backquotes, can hold the text.
bool can_backquote(std::string_view text);

// Whether Go calls the character printable, as far as it can be told without Unicode's tables.
bool is_printable(char32_t code);

// The next character of UTF-8 text, taken from its front; U+FFFD, of one byte, for what is none.
struct DecodedCharacter {
  char32_t code = 0;
  std::size_t bytes = 0;
  bool valid = true;
};
DecodedCharacter decode_character(std::string_view text);

// "U+0023 '#'", the form of a character in Go's complaints.
std::string shown_character(char32_t code);

}  // namespace agent::manifest
