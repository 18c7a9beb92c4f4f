#include "agent/manifest/lint/yaml_parser.hpp"

#include <algorithm>
#include <string_view>

namespace agent::manifest::lint {
namespace {

bool is_printable(std::u16string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t c = text[i];
    if (c >= 0xD800 && c <= 0xDBFF) {
      if (i + 1 >= text.size() || text[i + 1] < 0xDC00 || text[i + 1] > 0xDFFF) {
        return false;
      }
      ++i;
    } else if (c < 0x20 ? !is_space(c)
                        : (c >= 0x7F && c <= 0x9F && c != 0x85) || (c >= 0xDC00 && c <= 0xDFFF) ||
                              c >= 0xFFFE) {
      return false;
    }
  }
  return true;
}

bool is_json(std::u16string_view text) {
  return std::all_of(text.begin(), text.end(), [](char16_t c) { return c == u'\t' || c >= 0x20; });
}

// Ends of lines between two parts of a text: the first is a blank, the others stay.
void fold(std::u16string& text, long breaks) {
  if (breaks == 1) {
    text += u' ';
  } else if (breaks > 1) {
    text.append(static_cast<std::size_t>(breaks - 1), u'\n');
  }
}

std::optional<char16_t> simple_escape(char16_t c) {
  static constexpr std::u16string_view k_letters = u"0abt\tnvfre \"/\\N_LP";
  static constexpr std::u16string_view k_meanings(
      u"\0\a\b\t\t\n\v\f\r\x1B \"/\\\x85\xA0\x2028\x2029", 18);
  const auto index = k_letters.find(c);
  return index == std::u16string_view::npos ? std::nullopt : std::optional(k_meanings[index]);
}

int hex_digit(char16_t c) {
  const int lower = c | 0x20;
  return c >= u'0' && c <= u'9' ? c - u'0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Line breaks at the end of a block, behind its last line and `empty` empty ones.
std::size_t last_breaks(char16_t chomping, bool any, std::size_t empty) {
  const std::size_t own = any ? 1 : 0;
  if (chomping == u'+') {
    return empty + own;
  }
  return chomping == u'-' ? 0 : own;
}

}  // namespace

void YamlParser::capture(std::u16string& text, long start, long end, Checked checked) {
  const auto part = slice(start, end);
  if (checked == Checked::json ? !is_json(part) : !is_printable(part)) {
    fail(checked == Checked::json ? "expected valid JSON character"
                                  : "the stream contains non-printable characters");
  }
  text += part;
}

bool YamlParser::plain_may_start(bool in_flow) const {
  static constexpr std::u16string_view k_others = u"#&*!|>'\"%@`";
  const auto c = here();
  if (is_space(c) || is_flow_mark(c) || k_others.find(c) != std::u16string_view::npos) {
    return false;
  }
  if (c == u'?' || c == u'-') {
    const auto after = at(position_ + 1);
    return !is_space(after) && !(in_flow && is_flow_mark(after));
  }
  return true;
}

bool YamlParser::plain_ends(bool in_flow) const {
  const auto c = here();
  if (c == u':') {
    const auto after = at(position_ + 1);
    return is_space(after) || (in_flow && is_flow_mark(after));
  }
  if (c == u'#') {
    return is_space(at(position_ - 1));
  }
  return (position_ == line_.start && at_document_mark()) || (in_flow && is_flow_mark(c));
}

bool YamlParser::read_plain(long indent, bool in_flow) {
  const auto before = current_;
  current_.node = std::make_shared<Node>();
  if (!plain_may_start(in_flow) || failed()) {
    return false;
  }
  std::u16string text;
  const long first = position_;
  long start = position_;
  long end = position_;
  std::optional<Line> pending;  // Where a line ended that may go on.
  while (here() != 0 && !plain_ends(in_flow)) {
    if (is_line_break(here())) {
      pending = line_;
      skip_space(false);
      if (line_.indent < indent) {
        position_ = end;
        line_ = *pending;
        break;
      }
      continue;
    }
    if (pending) {
      capture(text, start, end, Checked::printable);
      fold(text, line_.number - pending->number);
      start = end = position_;
      pending.reset();
    }
    end = is_white(here()) ? end : position_ + 1;
    ++position_;
  }
  capture(text, start, end, Checked::printable);
  if (text.empty()) {
    current_ = before;
    return false;
  }
  current_.shape = Shape::scalar;
  current_.node->start = first;
  current_.node->end = end;
  current_.node->text = to_utf8(text);
  current_.value = Value::of(current_.node->text);
  return true;
}

bool YamlParser::read_quoted(char16_t quote) {
  if (here() != quote || failed()) {
    return false;
  }
  current_.node = std::make_shared<Node>();
  current_.node->start = position_++;
  std::u16string text;
  read_quoted_text(quote, text);
  current_.shape = Shape::scalar;
  current_.node->end = position_;
  current_.node->text = to_utf8(text);
  current_.value = Value::of(current_.node->text);
  return true;
}

void YamlParser::read_quoted_text(char16_t quote, std::u16string& text) {
  const std::string_view name = quote == u'"' ? "double" : "single";
  long start = position_;
  long end = position_;
  while (here() != 0) {
    if (here() == quote) {
      capture(text, start, position_, Checked::json);
      if (quote == u'"' || at(position_ + 1) != quote) {
        position_ += failed() ? 0 : 1;
        return;
      }
      start = ++position_;
      end = ++position_;
    } else if (quote == u'"' && here() == u'\\') {
      capture(text, start, position_, Checked::json);
      read_escape(text);
      start = end = position_;
    } else if (is_line_break(here())) {
      capture(text, start, end, Checked::json);
      fold(text, skip_space(false));
      start = end = position_;
    } else if (position_ == line_.start && at_document_mark()) {
      fail("unexpected end of the document within a " + std::string(name) + " quoted scalar");
    } else {
      end = ++position_;
    }
  }
  fail("unexpected end of the stream within a " + std::string(name) + " quoted scalar");
}

// From the backslash on.
void YamlParser::read_escape(std::u16string& text) {
  if (failed()) {
    return;
  }
  const auto c = at(++position_);
  if (is_line_break(c)) {
    skip_space(false);
    return;
  }
  if (const auto simple = simple_escape(c); simple && c != 0) {
    text += *simple;
    ++position_;
    return;
  }
  const int digits = c == u'x' ? 2 : c == u'u' ? 4 : c == u'U' ? 8 : 0;
  if (digits == 0) {
    fail("unknown escape sequence");
    return;
  }
  std::uint32_t code = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = hex_digit(at(++position_));
    if (digit < 0) {
      fail("expected hexadecimal character");
      return;
    }
    code = (code << 4U) | static_cast<std::uint32_t>(digit);
  }
  ++position_;
  if (code > 0xFFFF) {
    text += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10U));
    text += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FFU));
  } else {
    text += static_cast<char16_t>(code);
  }
}

bool YamlParser::read_block_scalar(long indent) {
  if ((here() != u'|' && here() != u'>') || failed()) {
    return false;
  }
  current_.node = std::make_shared<Node>();
  current_.node->start = position_;
  BlockStyle style{.folded = here() == u'>', .indent = indent};
  read_block_style(style, indent);
  std::u16string text;
  read_block_lines(style, text);
  current_.shape = Shape::scalar;
  current_.node->end = block_end();
  current_.node->text = to_utf8(text);
  current_.value = Value::of(current_.node->text);
  return true;
}

void YamlParser::read_block_style(BlockStyle& style, long indent) {
  for (;;) {
    const auto c = at(++position_);
    if (c == u'+' || c == u'-') {
      if (style.chomping != 0) {
        fail("repeat of a chomping mode identifier");
        return;
      }
      style.chomping = c;
    } else if (c == u'0') {
      fail("bad explicit indentation width of a block scalar; it cannot be less than one");
      return;
    } else if (c >= u'1' && c <= u'9') {
      if (style.indent_given) {
        fail("repeat of an indentation width identifier");
        return;
      }
      style.indent_given = true;
      style.indent = indent + (c - u'0') - 1;
    } else {
      break;
    }
  }
  if (is_white(here())) {
    skip_white();
    if (here() == u'#') {
      skip_comment();
    }
  }
}

void YamlParser::read_block_indent(BlockStyle& style) {
  line_.indent = 0;
  while ((!style.indent_given || line_.indent < style.indent) && here() == u' ') {
    ++line_.indent;
    ++position_;
  }
  if (!style.indent_given) {
    style.indent = std::max(style.indent, line_.indent);
  }
}

void YamlParser::read_block_lines(BlockStyle& style, std::u16string& text) {
  bool any = false;
  bool deeper = false;  // Lines that begin with white space are not folded.
  std::size_t empty = 0;
  while (here() != 0) {
    break_line();
    read_block_indent(style);
    if (is_line_break(here())) {
      ++empty;
      continue;
    }
    if (line_.indent < style.indent) {
      text.append(last_breaks(style.chomping, any, empty), u'\n');
      return;
    }
    const bool was_deeper = std::exchange(deeper, style.folded && is_white(here()));
    const bool folds = style.folded && !deeper && !was_deeper;
    if (folds && empty == 0 && any) {
      text += u' ';
    } else {
      text.append(empty + (!folds && any ? 1 : 0), u'\n');
    }
    any = style.indent_given = true;
    empty = 0;
    const long start = position_;
    skip_comment();  // To the end of the line, comment or not.
    capture(text, start, position_, Checked::printable);
  }
}

// The line break before the next token; where the text ends without one, its last character.
long YamlParser::block_end() const {
  long end = position_ - 1;
  while (end >= 0 && is_white(at(end))) {
    --end;
  }
  return end;
}

}  // namespace agent::manifest::lint
