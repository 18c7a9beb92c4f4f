#pragma once
// Cuts a template into text and the tokens of its actions, as Go's text/template does, with the
// delimiters `{{repl` and `}}`. Trim markers are already applied to the text; comments are gone.

#include "agent/base/core/result.hpp"

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
  character,
  string,      // `text` unquoted
  raw_string,  // likewise
  pipe,
  comma,
  declare,  // :=
  assign,   // =
  left_parenthesis,
  right_parenthesis,
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  TemplateLocation at;
};

inline constexpr std::string_view k_open_delimiter = "{{repl";
inline constexpr std::string_view k_close_delimiter = "}}";

// Errors: invalid_input, the message beginning with "template:LINE:COLUMN: ".
base::Result<std::vector<Token>> lex_template(std::string_view text);

// An invalid_input error at a place of a template, in the one form that all stages use.
base::Error template_error(TemplateLocation at, std::string_view message);

}  // namespace agent::manifest
