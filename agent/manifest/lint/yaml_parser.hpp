#pragma once
// The reader behind `read_tree`. It goes over the text once and makes values and places together.
// A fault puts the position at the end, so that every loop over the text ends by itself.

#include "agent/manifest/lint/yaml_node.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace agent::manifest::lint {

class YamlParser {
 public:
  explicit YamlParser(std::u16string text);

  YamlTree read();

 private:
  enum class Context { flow_in, flow_out, block_in, block_out };
  enum class Shape { none, scalar, sequence, mapping };
  enum class Checked { printable, json };

  // The node being composed.
  struct Current {
    std::optional<std::string> tag;  // "?" for a plain scalar that nothing was said about.
    std::optional<std::u16string> anchor;
    Shape shape = Shape::none;
    ValuePtr value;  // Null when there is none, which reads as YAML's null.
    NodePtr node;
    bool anchor_taken = false;  // By the empty mapping that was begun in vain, see below.
  };
  struct Line {
    long number = 0;
    long start = 0;
    long indent = 0;
  };
  struct Anchored {
    ValuePtr value;
    std::size_t weight = 0;
    bool open = false;  // Inside what it names.
  };
  struct Key {
    std::optional<std::string> tag;
    ValuePtr value;
    NodePtr node;
    std::optional<Line> line;  // Where a key of a block mapping stands.
    long position = 0;
  };
  // A mapping under way.
  struct Pairs {
    ValuePtr value = Value::of(Value::Kind::object);
    NodePtr node = std::make_shared<Node>();
    std::set<std::string> merged;  // Keys that came by a merge: those the mapping itself may set.
    Key key;
    bool explicit_key = false;
    bool detected = false;
    bool compact = false;  // What follows may begin a collection on the same line.
  };
  // What the properties of a node leave to be said about it.
  struct Place {
    bool collections = false;  // Block collections may begin here.
    bool at_new_line = false;
    int depth = 1;  // Against the parent: 1 deeper, 0 the same, -1 less.
  };
  struct BlockStyle {
    bool folded = false;
    char16_t chomping = 0;  // '+', '-' or neither.
    bool indent_given = false;
    long indent = 0;
  };
  enum class KeyFound { key, whole_node, nothing };

  [[nodiscard]] char16_t at(long position) const;
  [[nodiscard]] char16_t here() const { return at(position_); }
  [[nodiscard]] std::u16string slice(long start, long end) const;
  [[nodiscard]] bool failed() const noexcept { return fault_.has_value(); }
  void fail(std::string_view reason);
  [[nodiscard]] std::string picture() const;

  void break_line();
  long skip_space(bool comments);
  void skip_white();
  void skip_comment();
  [[nodiscard]] bool at_document_mark() const;

  bool compose(long parent_indent, Context context, bool seek, bool compact);
  void read_properties(long parent_indent, bool block, Place& place);
  bool read_content(long parent_indent, Context context, const Place& place);
  bool read_scalar(long flow_indent, Context context);
  [[nodiscard]] int depth_against(long parent_indent) const;
  void resolve();
  void resolve_tag();
  [[nodiscard]] ValuePtr tagged_collection(std::string_view name) const;
  bool read_tag();
  std::u16string read_tag_text(std::u16string& handle);
  bool read_anchor();
  bool read_alias();
  void open_anchor(Value::Kind kind);
  void charge(std::size_t weight);

  bool read_plain(long indent, bool in_flow);
  [[nodiscard]] bool plain_may_start(bool in_flow) const;
  [[nodiscard]] bool plain_ends(bool in_flow) const;
  bool read_quoted(char16_t quote);
  void read_quoted_text(char16_t quote, std::u16string& text);
  void read_escape(std::u16string& text);
  bool read_block_scalar(long indent);
  void read_block_style(BlockStyle& style, long indent);
  void read_block_lines(BlockStyle& style, std::u16string& text);
  void read_block_indent(BlockStyle& style);
  [[nodiscard]] long block_end() const;
  void capture(std::u16string& text, long start, long end, Checked checked);

  bool read_block_sequence(long indent);
  bool read_block_mapping(long indent, long flow_indent);
  KeyFound read_block_key(Pairs& pairs, long flow_indent);
  KeyFound read_implicit_key(Pairs& pairs, long flow_indent, const Line& before, long start);
  void read_block_value(Pairs& pairs, long indent);
  bool read_flow_collection(long indent);
  void read_flow_entry(Pairs& pairs, Current& collection, long indent);
  std::string key_text(const Value* key);
  void store(Pairs& pairs, const ValuePtr& value, const NodePtr& node);
  void merge(Pairs& pairs, const Value* source);

  void read_document();
  bool read_directives();
  void read_directive();
  void apply_directive(const std::u16string& name, const std::vector<std::u16string>& arguments);

  std::u16string text_;
  long length_;  // Without the zero at the end.
  long position_ = 0;
  Line line_;
  Current current_;
  std::map<std::u16string, Anchored> anchors_;
  std::map<std::u16string, std::u16string> tag_prefixes_;
  bool version_seen_ = false;
  int depth_ = 0;
  std::size_t merged_ = 0;
  std::size_t weight_ = 0;  // Nodes so far, aliases written out.
  std::optional<YamlFault> fault_;
  std::vector<Current> documents_;
};

// Of the reader's language, for all of its files.
inline bool is_line_break(char16_t c) {
  return c == u'\n' || c == u'\r';
}
inline bool is_white(char16_t c) {
  return c == u' ' || c == u'\t';
}
inline bool is_space(char16_t c) {
  return is_white(c) || is_line_break(c);
}
inline bool is_flow_mark(char16_t c) {
  return c == u',' || c == u'[' || c == u']' || c == u'{' || c == u'}';
}

}  // namespace agent::manifest::lint
