#pragma once

#include "agent/manifest/template_lexer.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace agent::manifest {

inline constexpr std::string_view k_template_blanks = " \t\r\n";

// How long the delimiter is that closes an action here: `}}`, or ` -}}` which also trims; 0 for
// none.
std::size_t closing_length(std::string_view rest);

// Finds the tokens inside an action.
class ActionLexer {
 public:
  struct Found {
    TokenKind kind = TokenKind::fault;
    std::size_t length = 0;
    std::string fault;  // What is wrong; only for kind `fault`.
  };

  // `rest` is not empty and does not begin with what closes the action.
  Found next(std::string_view rest);
  [[nodiscard]] int open_parentheses() const noexcept { return open_parentheses_; }

 private:
  Found parenthesis(char which);

  int open_parentheses_ = 0;
  bool one_too_many_ = false;  // The token before was a `)` without its `(`.
};

}  // namespace agent::manifest
