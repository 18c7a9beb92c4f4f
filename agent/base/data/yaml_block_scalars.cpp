// Scalars, and flow collections, which hold nothing else.
#include "agent/base/data/yaml_block_reader.hpp"

#include <algorithm>
#include <utility>

namespace base::data {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Whatever a plain scalar in a flow collection cannot have, and more that it seldom has.
bool may_be_in_flow(char c) {
  return is_letter_or_digit(c) || std::string_view(" ._/$~+=()-").find(c) != std::string_view::npos;
}

}  // namespace

void YamlBlockReader::resolve(YamlNode& node) {
  const std::string_view text = node.text;
  const bool null =
      text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
  node.kind = null ? YamlNode::Kind::null : YamlNode::Kind::scalar;
  node.plain = !null;
  if (null) {
    node.text.clear();
  }
}

bool YamlBlockReader::plain(long parent, YamlNode& node) {
  node.position = position();
  bool commented = false;
  if (!plain_line(node.text, commented)) {
    return false;
  }
  while (!commented && !at_end()) {
    // The cursor is at the end of a line: what follows may belong to the scalar.
    std::size_t breaks = 0;
    while (!at_end() && peek() == '\n') {
      next_line();
      skip_spaces();
      ++breaks;
    }
    if (at_end() || column() <= parent) {
      break;
    }
    if (peek() == '#') {
      // With a space to spare before it, yaml-cpp sees a comment.
      if (column() == parent + 1) {
        return false;
      }
      break;
    }
    node.text += breaks == 1 ? std::string(" ") : std::string(breaks - 1, '\n');
    if (!plain_line(node.text, commented) || commented) {
      return false;
    }
  }
  resolve(node);
  return skip_to_content();
}

// Up to the end of the line or the space before a comment.
bool YamlBlockReader::plain_line(std::string& text, bool& commented) {
  const auto end = line_end();
  auto stop = at_;
  for (; stop < end; ++stop) {
    const char c = text_[stop];
    const bool last = stop + 1 == end;
    if (c == '\t' || (c == ':' && (last || text_[stop + 1] == ' '))) {
      return false;
    }
    if (c == ' ' && !last && text_[stop + 1] == '#') {
      commented = true;
      break;
    }
  }
  auto line = text_.substr(at_, stop - at_);
  line = line.substr(0, line.find_last_not_of(' ') + 1);
  text += line;
  at_ = stop;
  return true;
}

bool YamlBlockReader::quoted(YamlNode& node) {
  node.kind = YamlNode::Kind::scalar;
  node.position = position();
  const char quote = text_[at_++];
  auto& text = node.text;
  std::size_t kept = 0;  // Of the text: spaces after that are dropped at a line's end.
  bool folded = false;
  for (;;) {
    const auto end = text_.find_first_of(quote == '"' ? "\"\\\n\t" : "'\n\t", at_);
    if (end == std::string_view::npos || text_[end] == '\t') {
      return false;
    }
    const auto piece = text_.substr(at_, end - at_);
    if (const auto last = piece.find_last_not_of(' '); last != std::string_view::npos) {
      kept = text.size() + last + 1;
    }
    text += piece;
    at_ = end;
    if (text_[at_] == '\n') {
      if (!fold_quoted(text, kept)) {
        return false;
      }
      kept = text.size();
      folded = true;
    } else if (text_[at_] == '\\') {
      if (!escape(text)) {
        return false;
      }
      kept = text.size();
    } else if (quote == '\'' && peek(1) == '\'') {
      text += '\'';
      at_ += 2;
      kept = text.size();
    } else {
      ++at_;
      return !folded || !text.ends_with('\n');  // Which yaml-cpp may drop.
    }
  }
}

// Lines of a quoted text are joined by spaces; an empty one stands for a break.
bool YamlBlockReader::fold_quoted(std::string& text, std::size_t kept) {
  text.resize(kept);
  std::size_t breaks = 0;
  while (!at_end() && peek() == '\n') {
    next_line();
    const auto rest = text_.substr(at_, 3);
    if (rest == "---" || rest == "...") {
      return false;
    }
    skip_spaces();
    ++breaks;
  }
  text += breaks == 1 ? std::string(" ") : std::string(breaks - 1, '\n');
  return !at_end();
}

bool YamlBlockReader::escape(std::string& text) {
  constexpr std::string_view k_names = "nrt\"\\/";
  constexpr std::string_view k_values = "\n\r\t\"\\/";
  const auto found = k_names.find(peek(1));
  if (found == std::string_view::npos) {
    return false;
  }
  text += k_values[found];
  at_ += 2;
  return true;
}

bool YamlBlockReader::block_scalar(long parent, YamlNode& node) {
  node.kind = YamlNode::Kind::scalar;
  node.position = position();
  const bool folded = text_[at_++] == '>';
  auto chomping = Chomping::clip;
  if (peek() == '-' || peek() == '+') {
    chomping = text_[at_++] == '-' ? Chomping::strip : Chomping::keep;
  }
  skip_spaces();
  if (at_end() || text_[at_] != '\n' || (folded && chomping == Chomping::keep)) {
    return false;
  }
  next_line();
  auto& text = node.text;
  Block block{.folded = folded, .least = std::max(parent, 0L) + 1};
  if (!count() || !block_lines(block, text)) {
    return false;
  }
  if (chomping != Chomping::keep) {
    const auto last = text.find_last_not_of('\n');
    const bool ended = last + 1 < text.size();
    text.erase(last + 1);
    text += ended && chomping == Chomping::clip ? "\n" : "";
  }
  return skip_to_content();
}

bool YamlBlockReader::block_lines(Block& block, std::string& text) {
  while (!at_end()) {
    const auto start = at_;
    skip_spaces();
    switch (line_of(block, start)) {
      case BlockLine::unfit:
        return false;
      case BlockLine::beyond:
        at_ = start;
        text.append(block.breaks, '\n');
        return block.indent > 0;
      case BlockLine::empty:
        ++block.breaks;
        next_line();
        continue;
      case BlockLine::text:
        break;
    }
    add_block_line(block, start, text);
  }
  text.append(block.breaks, '\n');
  return block.indent > 0;
}

// The cursor is behind the spaces that the line starts with. The first line with text sets the
// indentation; empty ones before it must be without spaces, which may count.
YamlBlockReader::BlockLine YamlBlockReader::line_of(const Block& block, std::size_t start) const {
  const bool first = block.indent == 0;
  if (peek() == '\n' && first && at_ != start) {
    return BlockLine::unfit;
  }
  if (peek() == '\n' && column() <= block.indent) {
    return BlockLine::empty;
  }
  if (column() < (first ? block.least : block.indent)) {
    return peek() == '\t' ? BlockLine::unfit : BlockLine::beyond;
  }
  return first && (peek() == '\t' || (block.folded && block.breaks > 0)) ? BlockLine::unfit
                                                                         : BlockLine::text;
}

void YamlBlockReader::add_block_line(Block& block, std::size_t start, std::string& text) {
  bool indented = false;
  if (block.indent == 0) {
    block.indent = column();
  } else {
    indented = column() > block.indent || peek() == '\t';
  }
  // Between two lines that are not indented any more, one break of a folded text is a space.
  if (block.folded && block.breaks > 0 && !indented && !block.indented) {
    text.append(block.breaks == 1 ? std::string(" ") : std::string(block.breaks - 1, '\n'));
  } else {
    text.append(block.breaks, '\n');
  }
  block.indented = indented;
  at_ = start + static_cast<std::size_t>(block.indent);
  const auto end = line_end();
  text += text_.substr(at_, end - at_);
  at_ = end;
  block.breaks = 0;
  if (!at_end()) {
    next_line();
    block.breaks = 1;
  }
}

bool YamlBlockReader::flow(YamlNode& node) {
  const bool is_mapping = text_[at_] == '{';
  if (!enter(node, is_mapping ? YamlNode::Kind::mapping : YamlNode::Kind::sequence)) {
    return false;
  }
  ++at_;
  ++depth_;
  const char closing = is_mapping ? '}' : ']';
  skip_spaces();
  for (bool first = true; first ? peek() != closing : peek(0) == ','; first = false) {
    at_ += first ? 0 : 1;
    skip_spaces();
    YamlNode name;
    if (is_mapping && (!flow_item(name, true) || peek() != ':')) {
      return false;
    }
    if (is_mapping && name.plain && peek(1) != ' ') {
      return false;
    }
    at_ += is_mapping ? 1 : 0;
    skip_spaces();
    auto& item = is_mapping
                     ? node.entries.emplace_back(YamlEntry{name.text, name.position, {}}).value
                     : node.items.emplace_back();
    if (!flow_item(item, false)) {
      return false;
    }
    skip_spaces();
  }
  --depth_;
  if (peek() != closing) {
    return false;
  }
  ++at_;
  return has_distinct_keys(node) && node.find("<<") == nullptr;
}

bool YamlBlockReader::flow_item(YamlNode& node, bool key) {
  const char c = peek();
  if ((c == '[' || c == '{') && !key) {
    return flow(node);
  }
  if (!count()) {
    return false;
  }
  if (c == '"' || c == '\'') {
    const int line = line_;
    return quoted(node) && line_ == line;
  }
  node.position = position();
  if (!may_be_in_flow(c) || c == ' ' ||
      (c == '-' && peek(1) != '-' && !is_letter_or_digit(peek(1)))) {
    return false;
  }
  const auto start = at_;
  while (!at_end() && (may_be_in_flow(peek()) ||
                       (peek() == ':' && (is_letter_or_digit(peek(1)) || peek(1) == '/')))) {
    ++at_;
  }
  node.text = text_.substr(start, at_ - start);
  node.text.erase(node.text.find_last_not_of(' ') + 1);
  resolve(node);
  return node.kind == YamlNode::Kind::scalar;
}

}  // namespace base::data
