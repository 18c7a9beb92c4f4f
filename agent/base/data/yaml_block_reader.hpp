#pragma once
// The part of YAML that manifests are written in, read line by line: block collections, scalars of
// every style, flow collections on one line, comments. yaml-cpp tries regular expressions at every
// character, which makes a tenth of a second of a megabyte.

#include "agent/base/data/yaml.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace base::data {

// A text beyond that part, or one that might be, is left to yaml-cpp: several documents, anchors,
// tags, tabs between tokens, keys that stand twice, whatever is at a limit or no YAML.
class YamlBlockReader {
 public:
  // Both outlive this.
  YamlBlockReader(std::string_view text, const YamlLimits& limits) : text_(text), limits_(limits) {}

  // Just what yaml-cpp's events come to, positions included; nothing when that is for it to say.
  std::optional<YamlNode> read();

 private:
  enum class Chomping { clip, strip, keep };
  enum class BlockLine { text, empty, beyond, unfit };
  // A block scalar under way.
  struct Block {
    bool folded = false;
    long least = 0;          // Its lines are indented by at least so much,
    long indent = 0;         // and as much as the first; 0 before that.
    bool indented = false;   // The line before was so by more, which keeps its breaks.
    std::size_t breaks = 0;  // Since the last line with text.
  };

  // Every function below that returns a bool gives false when the text is for yaml-cpp. Those that
  // read a node leave the cursor at the content that follows, or at the end.
  [[nodiscard]] bool is_fit() const;
  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  [[nodiscard]] long column() const noexcept { return static_cast<long>(at_ - line_start_); }
  [[nodiscard]] YamlPosition position() const noexcept;
  [[nodiscard]] bool at_entry() const noexcept;
  [[nodiscard]] bool at_plain() const noexcept;
  [[nodiscard]] bool ends_line() const noexcept;
  [[nodiscard]] std::size_t line_end() const noexcept;

  bool skip_to_content();
  void next_line();
  void skip_spaces() noexcept;
  bool finish_line();
  bool count();
  bool enter(YamlNode& node, YamlNode::Kind kind);

  bool node(long parent, YamlNode& node);
  bool sequence(YamlNode& node);
  bool mapping(YamlNode& node);
  bool key(YamlEntry& entry);
  [[nodiscard]] bool key_follows(bool& found) const;
  bool value(long column, YamlNode& node);
  bool inline_node(long parent, YamlNode& node);
  void missing(YamlNode& node);

  bool plain(long parent, YamlNode& node);
  bool plain_line(std::string& text, bool& commented);
  bool quoted(YamlNode& node);
  bool fold_quoted(std::string& text, std::size_t kept);
  bool escape(std::string& text);
  bool block_scalar(long parent, YamlNode& node);
  bool block_lines(Block& block, std::string& text);
  [[nodiscard]] BlockLine line_of(const Block& block, std::size_t start) const;
  void add_block_line(Block& block, std::size_t start, std::string& text);
  bool flow(YamlNode& node);
  bool flow_item(YamlNode& node, bool key);
  static void resolve(YamlNode& node);
  static bool has_distinct_keys(const YamlNode& mapping);

  std::string_view text_;
  const YamlLimits& limits_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  bool header_allowed_ = true;  // `---` before anything else.
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace base::data
