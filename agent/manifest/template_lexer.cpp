#include "agent/manifest/template_lexer.hpp"

#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes of UTF-8 beyond ASCII count as letters: Go takes any Unicode letter in a name.
bool is_name_character(char c) {
  return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view trimmed_right(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    while (next_ < text_.size()) {
      BASE_TRY(lex_text());
      if (next_ < text_.size()) {
        BASE_TRY(lex_action());
      }
    }
    add(TokenKind::end, "", next_);
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(next_); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return next_ + ahead < text_.size() ? text_[next_ + ahead] : '\0';
  }

  // Offsets only grow, so counting lines goes on from the last place asked for.
  TemplateLocation location(std::size_t offset) {
    for (; counted_ < offset; ++counted_) {
      if (text_[counted_] == '\n') {
        ++line_;
        line_start_ = counted_ + 1;
      }
    }
    return {line_, static_cast<int>(offset - line_start_) + 1};
  }

  void add(TokenKind kind, std::string_view text, std::size_t start) {
    tokens_.push_back({kind, std::string(text), location(start)});
  }

  base::Error fault(std::size_t offset, std::string_view message) {
    return template_error(location(offset), message);
  }

  // Text up to the next action, with what the action's trim marker eats already gone.
  Status lex_text() {
    const std::size_t start = next_;
    const std::size_t open = text_.find(k_open_delimiter, next_);
    next_ = open == std::string_view::npos ? text_.size() : open;
    auto text = text_.substr(start, next_ - start);
    if (trim_next_) {
      while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
      }
      trim_next_ = false;
    }
    if (open != std::string_view::npos && starts_with_trim_marker(open)) {
      text = trimmed_right(text);
    }
    if (!text.empty()) {
      add(TokenKind::text, text, start);
    }
    return base::ok();
  }

  [[nodiscard]] bool starts_with_trim_marker(std::size_t open) const {
    const auto after = text_.substr(open + k_open_delimiter.size());
    return after.size() >= 2 && after[0] == '-' && is_blank(after[1]);
  }

  // `}}`, or ` -}}` which also trims the text that follows.
  [[nodiscard]] std::size_t closing_length() const {
    if (rest().starts_with(k_close_delimiter)) {
      return k_close_delimiter.size();
    }
    if (is_blank(peek()) && rest().substr(1).starts_with("-}}")) {
      return 4;
    }
    return 0;
  }

  Status lex_action() {
    const std::size_t start = next_;
    const auto opened = location(start);
    const bool trims = starts_with_trim_marker(next_);
    next_ += k_open_delimiter.size() + (trims ? 1 : 0);
    if (const auto comment = comment_start()) {
      return skip_comment(opened, *comment);
    }
    add(TokenKind::open, "", start);
    int open_parentheses = 0;
    while (true) {
      if (const std::size_t length = closing_length(); length > 0) {
        if (open_parentheses > 0) {
          return fault(next_, "unclosed left paren");
        }
        add(TokenKind::close, "", next_);
        trim_next_ = length == 4;
        next_ += length;
        return base::ok();
      }
      if (next_ >= text_.size()) {
        return template_error(opened, "unclosed action");
      }
      BASE_TRY(lex_token(open_parentheses));
    }
  }

  // Blanks before and after a comment are allowed: documents in the wild have them, although Go
  // takes a comment only directly at the delimiters.
  [[nodiscard]] std::optional<std::size_t> comment_start() const {
    std::size_t at = next_;
    while (at < text_.size() && is_blank(text_[at])) {
      ++at;
    }
    return text_.substr(at).starts_with("/*") ? std::optional(at) : std::nullopt;
  }

  Status skip_comment(TemplateLocation opened, std::size_t comment) {
    const std::size_t end = text_.find("*/", comment + 2);
    if (end == std::string_view::npos) {
      return template_error(opened, "unclosed comment");
    }
    next_ = end + 2;
    while (is_blank(peek()) && closing_length() == 0) {
      ++next_;
    }
    const std::size_t length = closing_length();
    if (length == 0) {
      return template_error(opened, "comment ends before closing delimiter");
    }
    trim_next_ = length == 4;
    next_ += length;
    return base::ok();
  }

  Status lex_token(int& open_parentheses) {
    const std::size_t start = next_;
    const char c = peek();
    if (is_blank(c)) {
      while (is_blank(peek()) && closing_length() == 0) {
        ++next_;
      }
      add(TokenKind::space, " ", start);
      return base::ok();
    }
    switch (c) {
      case '"':
      case '`':
        return lex_string(c);
      case '\'':
        return lex_character();
      case '(':
        ++open_parentheses;
        return single(TokenKind::left_parenthesis);
      case ')':
        if (--open_parentheses < 0) {
          return fault(start, "unexpected right paren");
        }
        return single(TokenKind::right_parenthesis);
      case '|':
        return single(TokenKind::pipe);
      case ',':
        return single(TokenKind::comma);
      case '=':
        return single(TokenKind::assign);
      case ':':
        return lex_declaration();
      default:
        return lex_word();
    }
  }

  Status single(TokenKind kind) {
    add(kind, text_.substr(next_, 1), next_);
    ++next_;
    return base::ok();
  }

  Status lex_declaration() {
    if (peek(1) != '=') {
      return fault(next_, "expected :=");
    }
    add(TokenKind::declare, ":=", next_);
    next_ += 2;
    return base::ok();
  }

  Status lex_word() {
    const char c = peek();
    if (c == '.' && !is_digit(peek(1))) {
      return lex_name(TokenKind::field, TokenKind::dot, 1);
    }
    if (c == '$') {
      return lex_name(TokenKind::variable, TokenKind::variable, 0);
    }
    if (is_digit(c) || c == '.' ||
        ((c == '+' || c == '-') && (is_digit(peek(1)) || peek(1) == '.'))) {
      return lex_number();
    }
    if (is_name_character(c)) {
      return lex_name(TokenKind::identifier, TokenKind::identifier, 0);
    }
    return fault(next_, fmt::format("unexpected character {} in action", printable(c)));
  }

  static std::string printable(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7F ? fmt::format("'{}'", c) : fmt::format("0x{:02X}", byte);
  }

  // A name after `prefix` characters that are not part of the token's text.
  Status lex_name(TokenKind kind, TokenKind when_empty, std::size_t prefix) {
    const std::size_t start = next_;
    ++next_;
    while (is_name_character(peek())) {
      ++next_;
    }
    const auto name = text_.substr(start + prefix, next_ - start - prefix);
    if (!at_terminator()) {
      return fault(next_, fmt::format("bad character {}", printable(peek())));
    }
    add(name.empty() ? when_empty : kind, name, start);
    return base::ok();
  }

  [[nodiscard]] bool at_terminator() const {
    const char c = peek();
    return next_ >= text_.size() || is_blank(c) || rest().starts_with(k_close_delimiter) ||
           std::string_view(".,|:()=").find(c) != std::string_view::npos;
  }

  Status lex_number() {
    const std::size_t start = next_;
    ++next_;
    while (is_name_character(peek()) || peek() == '.' ||
           ((peek() == '+' || peek() == '-') &&
            (text_[next_ - 1] == 'e' || text_[next_ - 1] == 'E'))) {
      ++next_;
    }
    const auto number = text_.substr(start, next_ - start);
    if (!parse_number(number)) {
      return fault(start, fmt::format("bad number syntax: \"{:.40}\"", number));
    }
    add(TokenKind::number, number, start);
    return base::ok();
  }

  Status lex_string(char quote) {
    const std::size_t start = next_;
    std::size_t end = start + 1;
    while (end < text_.size() && text_[end] != quote && (quote == '`' || text_[end] != '\n')) {
      end += quote != '`' && text_[end] == '\\' ? 2 : 1;
    }
    if (end >= text_.size() || text_[end] != quote) {
      return fault(start,
                   quote == '`' ? "unterminated raw quoted string" : "unterminated quoted string");
    }
    const auto inside = text_.substr(start + 1, end - start - 1);
    next_ = end + 1;
    if (quote == '`') {
      add(TokenKind::raw_string, inside, start);
      return base::ok();
    }
    const auto unescaped = unescape(inside, '"');
    if (!unescaped) {
      return fault(start, "invalid escape in a quoted string");
    }
    add(TokenKind::string, *unescaped, start);
    return base::ok();
  }

  Status lex_character() {
    const std::size_t start = next_;
    std::size_t end = start + 1;
    while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    if (end >= text_.size() || text_[end] != '\'') {
      return fault(start, "unterminated character constant");
    }
    const auto unescaped = unescape(text_.substr(start + 1, end - start - 1), '\'');
    if (!unescaped || !single_code_point(*unescaped)) {
      return fault(start, "malformed character constant");
    }
    next_ = end + 1;
    add(TokenKind::character, *unescaped, start);
    return base::ok();
  }

  std::string_view text_;
  std::size_t next_ = 0;
  bool trim_next_ = false;  // The action before ended in a trim marker.
  std::vector<Token> tokens_;
  std::size_t counted_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace

base::Result<std::vector<Token>> lex_template(std::string_view text) {
  return Lexer(text).run();
}

base::Error template_error(TemplateLocation at, std::string_view message) {
  return {base::ErrorCode::invalid_input,
          fmt::format("template:{}:{}: {}", at.line, at.column, message),
          "",
          "template"};
}

}  // namespace agent::manifest
