#include "agent/manifest/template_tokens.hpp"

#include <fmt/format.h>

namespace agent::manifest {

const Token& TokenReader::take() {
  const auto& token = tokens_[next_];
  next_ += token.kind == TokenKind::end ? 0 : 1;
  return token;
}

const Token& TokenReader::peek_word() {
  while (peek().kind == TokenKind::space) {
    ++next_;
  }
  return peek();
}

bool TokenReader::accept_keyword(std::string_view keyword) {
  if (peek_word().kind != TokenKind::identifier || peek().text != keyword) {
    return false;
  }
  skip();
  return true;
}

base::Status TokenReader::expect_close(std::string_view context) {
  if (const auto& token = peek_word(); token.kind != TokenKind::close) {
    return unexpected_token(token, context);
  }
  skip();
  return base::ok();
}

std::string shown(const Token& token) {
  switch (token.kind) {
    case TokenKind::end:
      return "EOF";
    case TokenKind::open:
      return "\"{{repl\"";
    case TokenKind::close:
      return "\"}}\"";
    case TokenKind::field:
      return fmt::format("<.{:.40}>", token.text);
    case TokenKind::dot:
      return "<.>";
    case TokenKind::text:
    case TokenKind::space:
    case TokenKind::identifier:
    case TokenKind::variable:
    case TokenKind::number:
    case TokenKind::character:
    case TokenKind::string:
    case TokenKind::raw_string:
    case TokenKind::pipe:
    case TokenKind::comma:
    case TokenKind::declare:
    case TokenKind::assign:
    case TokenKind::left_parenthesis:
    case TokenKind::right_parenthesis:
      return fmt::format("<{:.40}>", token.text);
  }
  return token.text;
}

base::Error unexpected_token(const Token& token, std::string_view context) {
  return template_error(token.at, fmt::format("unexpected {} in {}", shown(token), context));
}

}  // namespace agent::manifest
