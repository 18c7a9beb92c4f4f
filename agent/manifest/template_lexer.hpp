#pragma once
// Cuts a template into text and the tokens of its actions, as Go's text/template does, with the
// delimiters `{{repl` and `}}`. Trim markers are already applied to the text; comments are gone.

#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest {

struct TemplateLocation {
  int line = 1;    // From 1, in the template.
  int column = 1;  // In bytes, from 1.
};

enum class TokenKind {
  text,
  open,   // {{repl
  close,  // }}
  space,
  identifier,  // Keywords too: the parser tells them apart.
  field,       // `.name`; `text` without the dot
  dot,
  variable,  // `$name`; `text` with the dollar
  number,
  character,   // `text` without the quotes, escapes as they stand
  string,      // likewise
  raw_string,  // likewise
  pipe,
  declare,  // :=
  assign,   // =
  left_parenthesis,
  right_parenthesis,
  other,  // Any other printable character; only `,` means something, in a range.
  end,
  fault,  // `text` is what is wrong here. The last token.
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  TemplateLocation at;
  std::string source;  // As written.
};

inline constexpr std::string_view k_open_delimiter = "{{repl";
inline constexpr std::string_view k_close_delimiter = "}}";

// Ends in a token of kind `end` or `fault`: what comes before a fault is parsed first, so that the
// first thing wrong in a template is the one told.
std::vector<Token> lex_template(std::string_view text);

}  // namespace agent::manifest
