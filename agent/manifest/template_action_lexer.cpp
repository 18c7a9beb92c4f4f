#include "agent/manifest/template_action_lexer.hpp"

#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

using Found = ActionLexer::Found;

bool is_blank(char c) {
  return k_template_blanks.find(c) != std::string_view::npos;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes of UTF-8 beyond ASCII count as letters: Go takes any Unicode letter in a name.
bool is_name_character(char c) {
  return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

Found fault(std::string message) {
  return {TokenKind::fault, 0, std::move(message)};
}

Found bad_character(std::string_view rest) {
  return fault(fmt::format("bad character {}", shown_character(decode_character(rest).code)));
}

std::size_t name_length(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_name_character) -
                                  text.begin());
}

bool at_terminator(std::string_view rest) {
  return rest.empty() || is_blank(rest[0]) || rest.starts_with(k_close_delimiter) ||
         std::string_view(".,|:()").find(rest[0]) != std::string_view::npos;
}

Found lex_blanks(std::string_view rest) {
  std::size_t length = 1;
  while (length < rest.size() && is_blank(rest[length]) &&
         closing_length(rest.substr(length)) == 0) {
    ++length;
  }
  return {TokenKind::space, length, {}};
}

Found lex_name(std::string_view rest, TokenKind kind, TokenKind alone, std::size_t prefix) {
  const std::size_t length = prefix + name_length(rest.substr(prefix));
  const auto after = rest.substr(length);
  if (!at_terminator(after)) {
    return bad_character(after);
  }
  return {length == prefix ? alone : kind, length, {}};
}

// A number as far as its form goes; whether it is one is seen when it is read.
class NumberScanner {
 public:
  explicit NumberScanner(std::string_view text) : text_(text) {}

  Found run() {
    accept("+-");
    bool hexadecimal = false;
    std::string_view digits = "0123456789_";
    if (accept("0")) {
      if (accept("xX")) {
        digits = "0123456789abcdefABCDEF_";
        hexadecimal = true;
      } else if (accept("oO")) {
        digits = "01234567_";
      } else if (accept("bB")) {
        digits = "01_";
      }
    }
    accept_all(digits);
    if (accept(".")) {
      accept_all(digits);
    }
    if (hexadecimal ? accept("pP") : digits.size() == 11 && accept("eE")) {
      accept("+-");
      accept_all("0123456789_");
    }
    accept("i");
    // A sign would begin the imaginary part of a complex number, which no manifest needs.
    if (length_ < text_.size() && (is_name_character(text_[length_]) || accept("+-"))) {
      const auto rest = text_.substr(length_);
      const bool named = !rest.empty() && is_name_character(rest[0]);
      const std::size_t bad = named ? decode_character(rest).bytes : 0;
      return fault(fmt::format("bad number syntax: {}", quoted(text_.substr(0, length_ + bad))));
    }
    return {TokenKind::number, length_, {}};
  }

 private:
  bool accept(std::string_view set) {
    if (length_ >= text_.size() || set.find(text_[length_]) == std::string_view::npos) {
      return false;
    }
    ++length_;
    return true;
  }
  void accept_all(std::string_view set) {
    while (accept(set)) {
    }
  }

  std::string_view text_;
  std::size_t length_ = 0;
};

// Up to and with the quote that ends it. Nothing when the line ends before.
std::size_t quoted_length(std::string_view rest, char quote) {
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != quote && rest[end] != '\n') {
    if (rest[end] == '\\' && end + 1 < rest.size() && rest[end + 1] == '\n') {
      return 0;
    }
    end += rest[end] == '\\' ? 2 : 1;
  }
  return end < rest.size() && rest[end] == quote ? end + 1 : 0;
}

Found lex_quoted(std::string_view rest) {
  const char quote = rest[0];
  if (quote == '`') {
    const std::size_t end = rest.find('`', 1);
    return end == std::string_view::npos ? fault("unterminated raw quoted string")
                                         : Found{TokenKind::raw_string, end + 1, {}};
  }
  const std::size_t length = quoted_length(rest, quote);
  if (length == 0) {
    return fault(quote == '"' ? "unterminated quoted string" : "unterminated character constant");
  }
  return {quote == '"' ? TokenKind::string : TokenKind::character, length, {}};
}

Found lex_word(std::string_view rest) {
  const char c = rest[0];
  const char second = rest.size() > 1 ? rest[1] : '\0';
  if (c == '.' && rest.size() > 1 && !is_digit(second)) {
    return lex_name(rest, TokenKind::field, TokenKind::dot, 1);
  }
  if (c == '$') {
    return lex_name(rest, TokenKind::variable, TokenKind::variable, 1);
  }
  if (c == '.' || c == '+' || c == '-' || is_digit(c)) {
    return NumberScanner(rest).run();
  }
  const auto character = decode_character(rest);
  if (is_name_character(c) && (character.code < 0x80 || is_printable(character.code))) {
    return lex_name(rest, TokenKind::identifier, TokenKind::identifier, 0);
  }
  if (c > 0x20 && c < 0x7F) {
    return {TokenKind::other, 1, {}};
  }
  return fault(
      fmt::format("unrecognized character in action: {}", shown_character(character.code)));
}

}  // namespace

std::size_t closing_length(std::string_view rest) {
  if (rest.starts_with(k_close_delimiter)) {
    return k_close_delimiter.size();
  }
  const bool trims = !rest.empty() && is_blank(rest[0]) && rest.substr(1).starts_with("-}}");
  return trims ? 4 : 0;
}

ActionLexer::Found ActionLexer::parenthesis(char which) {
  open_parentheses_ += which == '(' ? 1 : -1;
  one_too_many_ = open_parentheses_ < 0;
  return {which == '(' ? TokenKind::left_parenthesis : TokenKind::right_parenthesis, 1, {}};
}

ActionLexer::Found ActionLexer::next(std::string_view rest) {
  if (one_too_many_) {
    return fault("unexpected right paren U+0029 ')'");
  }
  switch (rest[0]) {
    case '"':
    case '`':
    case '\'':
      return lex_quoted(rest);
    case '(':
    case ')':
      return parenthesis(rest[0]);
    case '|':
      return {TokenKind::pipe, 1, {}};
    case '=':
      return {TokenKind::assign, 1, {}};
    case ':':
      return rest.starts_with(":=") ? Found{TokenKind::declare, 2, {}} : fault("expected :=");
    default:
      return is_blank(rest[0]) ? lex_blanks(rest) : lex_word(rest);
  }
}

}  // namespace agent::manifest
