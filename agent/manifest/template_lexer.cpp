#include "agent/manifest/template_lexer.hpp"

#include "agent/manifest/template_action_lexer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace agent::manifest {
namespace {

std::size_t blanks_before(std::string_view text) {
  return text.size() - (text.find_last_not_of(k_template_blanks) + 1);
}

std::size_t blanks_after(std::string_view text) {
  return std::min(text.find_first_not_of(k_template_blanks), text.size());
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (next_ < text_.size() && !faulty_) {
      lex_text();
      if (next_ < text_.size()) {
        lex_action();
      }
    }
    if (!faulty_) {
      add(TokenKind::end, 0);
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(next_); }

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

  // A token that begins at `next_` and moves it on. `prefix` and `suffix` are not part of its text.
  void add(TokenKind kind, std::size_t length, std::size_t prefix = 0, std::size_t suffix = 0) {
    const auto source = rest().substr(0, length);
    tokens_.push_back({kind,
                       std::string(source.substr(prefix, length - prefix - suffix)),
                       location(next_),
                       std::string(source)});
    next_ += length;
  }

  void fail(std::string message) {
    tokens_.push_back({TokenKind::fault, std::move(message), location(next_), {}});
    faulty_ = true;
  }

  // Text up to the next action, without what trim markers on either side eat.
  void lex_text() {
    next_ += trim_next_ ? blanks_after(rest()) : 0;
    trim_next_ = false;
    const std::size_t open = std::min(text_.find(k_open_delimiter, next_), text_.size());
    const auto text = text_.substr(next_, open - next_);
    const std::size_t eaten = starts_with_trim_marker(open) ? blanks_before(text) : 0;
    if (text.size() > eaten) {
      add(TokenKind::text, text.size() - eaten);
    }
    next_ = open;
  }

  [[nodiscard]] bool starts_with_trim_marker(std::size_t open) const {
    const auto after = text_.substr(std::min(open + k_open_delimiter.size(), text_.size()));
    return after.size() >= 2 && after[0] == '-' &&
           k_template_blanks.find(after[1]) != std::string_view::npos;
  }

  void lex_action() {
    const std::size_t marker = starts_with_trim_marker(next_) ? 2 : 0;
    if (const auto comment = comment_start(next_ + k_open_delimiter.size() + marker)) {
      skip_comment(*comment);
      return;
    }
    add(TokenKind::open, k_open_delimiter.size());
    next_ += marker;
    ActionLexer action;
    while (!faulty_) {
      if (const std::size_t length = closing_length(rest()); length > 0) {
        close_action(action, length);
        return;
      }
      if (rest().empty()) {
        fail("unclosed action");
        return;
      }
      add_found(action.next(rest()));
    }
  }

  void close_action(const ActionLexer& action, std::size_t length) {
    if (action.open_parentheses() != 0) {
      fail(action.open_parentheses() > 0 ? "unclosed left paren"
                                         : "unexpected right paren U+0029 ')'");
      return;
    }
    add(TokenKind::close, length, length - k_close_delimiter.size());
    trim_next_ = length == 4;
  }

  void add_found(ActionLexer::Found found) {
    switch (found.kind) {
      case TokenKind::fault:
        fail(std::move(found.fault));
        return;
      case TokenKind::field:
        add(found.kind, found.length, 1);
        return;
      case TokenKind::string:
      case TokenKind::raw_string:
      case TokenKind::character:
        add(found.kind, found.length, 1, 1);
        return;
      case TokenKind::text:
      case TokenKind::open:
      case TokenKind::close:
      case TokenKind::space:
      case TokenKind::identifier:
      case TokenKind::dot:
      case TokenKind::variable:
      case TokenKind::number:
      case TokenKind::pipe:
      case TokenKind::declare:
      case TokenKind::assign:
      case TokenKind::left_parenthesis:
      case TokenKind::right_parenthesis:
      case TokenKind::other:
      case TokenKind::end:
        add(found.kind, found.length);
        return;
    }
  }

  // Blanks before and after a comment are allowed: documents in the wild have them, although Go
  // takes a comment only directly at the delimiters.
  [[nodiscard]] std::optional<std::size_t> comment_start(std::size_t after) const {
    const std::size_t at = after + blanks_after(text_.substr(after));
    return text_.substr(at).starts_with("/*") ? std::optional(at) : std::nullopt;
  }

  void skip_comment(std::size_t comment) {
    const std::size_t end = text_.find("*/", comment + 2);
    if (end == std::string_view::npos) {
      fail("unclosed comment");
      return;
    }
    const std::size_t after = end + 2;
    const std::size_t blanks = blanks_after(text_.substr(after));
    // The last blank may belong to a trim marker.
    const std::size_t spared = blanks > 0 ? blanks - 1 : 0;
    std::size_t close = after + blanks;
    std::size_t length = closing_length(text_.substr(close));
    if (length == 0 && blanks > 0) {
      close = after + spared;
      length = closing_length(text_.substr(close));
    }
    if (length == 0) {
      fail("comment ends before closing delimiter");
      return;
    }
    trim_next_ = length == 4;
    next_ = close + length;
  }

  std::string_view text_;
  std::size_t next_ = 0;
  bool trim_next_ = false;  // The action before ended in a trim marker.
  bool faulty_ = false;
  std::vector<Token> tokens_;
  std::size_t counted_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace

std::vector<Token> lex_template(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace agent::manifest
