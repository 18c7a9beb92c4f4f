#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_lexer.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::manifest {

// The tokens of a template, read one by one. The last one is of kind `end` and is never passed.
class TokenReader {
 public:
  explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  [[nodiscard]] const Token& peek() const { return tokens_[next_]; }
  const Token& peek_word();  // The next one that is no space.
  const Token& take();
  void skip() { static_cast<void>(take()); }
  bool accept_keyword(std::string_view keyword);
  base::Status expect_close(std::string_view context);

  // For what is recognised only some tokens later.
  [[nodiscard]] std::size_t position() const noexcept { return next_; }
  void return_to(std::size_t position) { next_ = position; }

 private:
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

// As errors name it: `<if>`, `EOF`.
std::string shown(const Token& token);
base::Error unexpected_token(const Token& token, std::string_view context);

}  // namespace agent::manifest
