#include "agent/base/data/yaml_block_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace base::data {
namespace {

// yaml-cpp takes no longer ones as keys without a question mark; this is on the safe side.
constexpr std::size_t k_longest_key = 1000;

bool is_blank_or_break(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

}  // namespace

std::optional<YamlNode> YamlBlockReader::read() {
  YamlNode root;
  if (!is_fit() || !skip_to_content() || at_end()) {
    return std::nullopt;
  }
  if (!node(-1, root) || !at_end() || root.kind == YamlNode::Kind::scalar) {
    return std::nullopt;
  }
  return root;
}

// Not with bytes that another encoding, another kind of line or the end of the input begins with;
// nor with a last line of nothing but spaces or a comment and no end, which moves the place where
// yaml-cpp sees the end.
bool YamlBlockReader::is_fit() const {
  if (text_.empty() || static_cast<unsigned char>(text_.front()) >= 0x80) {
    return false;
  }
  const auto last_line = text_.substr(text_.rfind('\n') + 1);
  const auto first = last_line.find_first_not_of(' ');
  if (!last_line.empty() && (first == std::string_view::npos || last_line[first] == '#')) {
    return false;
  }
  return std::none_of(text_.begin(), text_.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
  });
}

YamlPosition YamlBlockReader::position() const noexcept {
  // yaml-cpp ends the last line before it looks at what is missing there.
  return {line_, at_end() ? 1 : static_cast<int>(column()) + 1};
}

bool YamlBlockReader::at_entry() const noexcept {
  return !at_end() && text_[at_] == '-' && is_blank_or_break(peek(1));
}

bool YamlBlockReader::at_plain() const noexcept {
  const char c = peek();
  if (c == '-' || c == '?' || c == ':') {
    return !is_blank_or_break(peek(1));
  }
  return !is_blank_or_break(c) &&
         std::string_view(",[]{}#&*!|>'\"%@`").find(c) == std::string_view::npos;
}

// Nothing but spaces and a comment, which a space must part from what is before it.
bool YamlBlockReader::ends_line() const noexcept {
  const auto next = text_.find_first_not_of(' ', at_);
  return next == std::string_view::npos || text_[next] == '\n' ||
         (text_[next] == '#' && next > at_);
}

std::size_t YamlBlockReader::line_end() const noexcept {
  return std::min(text_.find('\n', at_), text_.size());
}

void YamlBlockReader::next_line() {
  ++at_;
  ++line_;
  line_start_ = at_;
}

void YamlBlockReader::skip_spaces() noexcept {
  at_ = std::min(text_.find_first_not_of(' ', at_), text_.size());
}

// The cursor is at the beginning of a line or behind a token that ended in front of a space.
bool YamlBlockReader::skip_to_content() {
  for (;;) {
    skip_spaces();
    if (peek() == '#' && !at_end()) {
      at_ = line_end();
    }
    if (at_end()) {
      return true;
    }
    if (text_[at_] == '\t') {
      return false;
    }
    if (text_[at_] == '\n') {
      next_line();
      continue;
    }
    const auto rest = text_.substr(at_, 3);
    if (column() != 0 || (rest != "---" && rest != "...")) {
      header_allowed_ = false;
      return true;
    }
    at_ += 3;
    if (!header_allowed_ || rest == "..." || text_.substr(at_, 1) != "\n") {
      return false;
    }
    header_allowed_ = false;
  }
}

bool YamlBlockReader::finish_line() {
  return ends_line() && skip_to_content();
}

bool YamlBlockReader::count() {
  return ++nodes_ <= limits_.max_nodes;
}

bool YamlBlockReader::enter(YamlNode& node, YamlNode::Kind kind) {
  node.kind = kind;
  node.position = position();
  return count() && depth_ < limits_.max_depth;
}

// At content that begins a line, or follows the dash of an entry. `parent` is the column of the
// collection around it, which the content is right of.
bool YamlBlockReader::node(long parent, YamlNode& node) {
  if (at_entry()) {
    return sequence(node);
  }
  bool is_mapping = false;
  if (!key_follows(is_mapping)) {
    return false;
  }
  return is_mapping ? mapping(node) : inline_node(parent, node);
}

bool YamlBlockReader::sequence(YamlNode& node) {
  const long own = column();
  if (!enter(node, YamlNode::Kind::sequence)) {
    return false;
  }
  ++depth_;
  do {
    ++at_;
    auto& item = node.items.emplace_back();
    const int line = line_;
    if (!skip_to_content()) {
      return false;
    }
    if (at_end() || (line_ != line && column() <= own)) {
      missing(item);
      if (!count()) {
        return false;
      }
    } else if (!this->node(own, item)) {
      return false;
    }
  } while (column() == own && at_entry());
  --depth_;
  return at_end() || column() <= own;
}

bool YamlBlockReader::mapping(YamlNode& node) {
  const long own = column();
  if (!enter(node, YamlNode::Kind::mapping)) {
    return false;
  }
  ++depth_;
  do {
    auto& entry = node.entries.emplace_back();
    if (!key(entry) || !value(own, entry.value)) {
      return false;
    }
  } while (!at_end() && column() == own);
  --depth_;
  return (at_end() || column() < own) && has_distinct_keys(node);
}

// Whether the content is a key. A quoted one ends where its quote does.
bool YamlBlockReader::key_follows(bool& found) const {
  found = false;
  const auto end = line_end();
  auto at = at_;
  if (const char quote = peek(); quote == '"' || quote == '\'') {
    for (++at; at < end && text_[at] != quote; ++at) {
      at += quote == '"' && text_[at] == '\\' ? 1 : 0;
    }
    ++at;
  } else if (at_plain()) {
    while (at < end && !(text_[at] == ':' && (at + 1 == end || text_[at + 1] == ' '))) {
      if (text_[at] == '\t' || (text_[at] == ' ' && at + 1 < end && text_[at + 1] == '#')) {
        return text_[at] == ' ';
      }
      ++at;
    }
  } else {
    return true;
  }
  found = at < end && text_[at] == ':' && (at + 1 == end || text_[at + 1] == ' ');
  return !found || at - at_ < k_longest_key;
}

bool YamlBlockReader::key(YamlEntry& entry) {
  bool found = false;
  if (!key_follows(found) || !found || !count()) {
    return false;
  }
  entry.key_position = position();
  YamlNode read;
  if (peek() == '"' || peek() == '\'') {
    if (!quoted(read)) {
      return false;
    }
  } else {
    read.text = text_.substr(at_, text_.find(':', at_) - at_);
    at_ += read.text.size();
    while (!is_blank_or_break(peek(1))) {  // A colon inside the key.
      const auto more = std::min(text_.find(':', at_ + 1), text_.size()) - at_;
      read.text += text_.substr(at_, more);
      at_ += more;
    }
    read.text.erase(read.text.find_last_not_of(' ') + 1);
    read.plain = true;
    resolve(read);
  }
  ++at_;  // The colon.
  entry.key = std::move(read.text);
  return read.kind == YamlNode::Kind::scalar && entry.key != "<<";
}

// What follows the colon of a key in this column.
bool YamlBlockReader::value(long column, YamlNode& node) {
  if (!ends_line()) {
    skip_spaces();
    return inline_node(column, node);
  }
  if (!skip_to_content()) {
    return false;
  }
  if (!at_end() && this->column() > column) {
    return this->node(column, node);
  }
  if (this->column() == column && at_entry()) {
    return sequence(node);
  }
  missing(node);
  return count();
}

// Not a block collection.
bool YamlBlockReader::inline_node(long parent, YamlNode& node) {
  const char c = peek();
  if (c == '|' || c == '>') {
    return block_scalar(parent, node);
  }
  if (c == '[' || c == '{') {
    return flow(node) && finish_line();
  }
  if (c == '"' || c == '\'') {
    return count() && quoted(node) && finish_line();
  }
  return at_plain() && count() && plain(parent, node);
}

// Where the next token is, yaml-cpp says that nothing is.
void YamlBlockReader::missing(YamlNode& node) {
  node.position = position();
}

bool YamlBlockReader::has_distinct_keys(const YamlNode& mapping) {
  std::vector<std::string_view> keys;
  keys.reserve(mapping.entries.size());
  for (const auto& entry : mapping.entries) {
    keys.emplace_back(entry.key);
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

}  // namespace base::data
