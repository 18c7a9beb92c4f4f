#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_lexer.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::manifest {

// The tokens of a template, read one by one. The last one is never passed.
class TokenReader {
 public:
  explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek();
  const Token& peek_word();  // The next one that is no space.
  const Token& take();
  const Token& take_word();
  void skip() { static_cast<void>(take()); }
  bool accept_keyword(std::string_view keyword);
  base::Status expect_close(std::string_view context);

  // For what is recognised only some tokens later.
  [[nodiscard]] std::size_t position() const noexcept { return next_; }
  void return_to(std::size_t position) { next_ = position; }

  // An action begins or, with 0, ends: faults of tokens on other lines name its line.
  void in_action(int line) { action_line_ = line; }

  // As Go, which names the line of the farthest token it has looked at.
  [[nodiscard]] base::Error fault(std::string_view message) const;
  [[nodiscard]] base::Error unexpected(const Token& token, std::string_view context) const;

 private:
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::size_t farthest_ = 0;
  int action_line_ = 0;
};

// `if`, `end` and the like: words that are never functions.
bool is_keyword(const Token& token);

}  // namespace agent::manifest
