#include "agent/manifest/template_tokens.hpp"

#include "agent/manifest/template_error.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <array>

namespace agent::manifest {
namespace {

constexpr std::array<std::string_view, 10> k_keywords = {
    "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue"};

// As Go names it: `<if>`, EOF, "text".
std::string shown(const Token& token) {
  if (token.kind == TokenKind::end) {
    return "EOF";
  }
  const bool word = token.kind == TokenKind::identifier && token.text == "nil";
  if (token.kind == TokenKind::dot || word || is_keyword(token)) {
    return fmt::format("<{}>", token.source);
  }
  constexpr std::size_t k_most = 10;
  std::size_t end = 0;
  for (std::size_t i = 0; i < k_most && end < token.source.size(); ++i) {
    end += decode_character(std::string_view(token.source).substr(end)).bytes;
  }
  return quoted(std::string_view(token.source).substr(0, end)) +
         (token.source.size() > k_most ? "..." : "");
}

}  // namespace

bool is_keyword(const Token& token) {
  return token.kind == TokenKind::identifier &&
         std::find(k_keywords.begin(), k_keywords.end(), token.text) != k_keywords.end();
}

const Token& TokenReader::peek() {
  farthest_ = std::max(farthest_, next_);
  return tokens_[next_];
}

const Token& TokenReader::take() {
  const auto& token = peek();
  next_ += next_ + 1 < tokens_.size() ? 1 : 0;
  return token;
}

const Token& TokenReader::peek_word() {
  while (peek().kind == TokenKind::space) {
    ++next_;
  }
  return peek();
}

const Token& TokenReader::take_word() {
  static_cast<void>(peek_word());
  return take();
}

bool TokenReader::accept_keyword(std::string_view keyword) {
  if (peek_word().kind != TokenKind::identifier || peek().text != keyword) {
    return false;
  }
  skip();
  return true;
}

base::Status TokenReader::expect_close(std::string_view context) {
  if (const auto& token = take_word(); token.kind != TokenKind::close) {
    return unexpected(token, context);
  }
  return base::ok();
}

base::Error TokenReader::fault(std::string_view message) const {
  return parse_fault(tokens_[farthest_].at.line, message);
}

base::Error TokenReader::unexpected(const Token& token, std::string_view context) const {
  if (token.kind != TokenKind::fault) {
    return fault(fmt::format("unexpected {} in {}", shown(token), context));
  }
  if (action_line_ == 0 || action_line_ == token.at.line) {
    return fault(token.text);
  }
  const bool of_action = token.text.ends_with(" action");
  return fault(fmt::format("{}{} started at {}:{}",
                           token.text,
                           of_action ? "" : " in action",
                           k_template_name,
                           action_line_));
}

}  // namespace agent::manifest
