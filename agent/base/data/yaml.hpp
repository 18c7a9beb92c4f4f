#pragma once
// YAML as a tree of text with positions. What a scalar means (a number, a Boolean, a template) is
// for the reader of a document to say, by its own rules: YAML 1.1 and 1.2 disagree.

#include "agent/base/core/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace base::data {

struct YamlPosition {
  int line = 0;    // From 1; 0 when unknown.
  int column = 0;  // From 1.
};

struct YamlEntry;

struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  YamlPosition position;
  std::string text;                // Of a scalar.
  bool plain = false;              // A scalar without quotes and not a block: `no`, not `"no"`.
  std::string tag;                 // Explicit, as in `!!str`; else empty.
  std::vector<YamlNode> items;     // Of a sequence.
  std::vector<YamlEntry> entries;  // Of a mapping, in the document's order.

  // The value at a key of a mapping; nullptr when there is none.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  YamlPosition key_position;
  YamlNode value;
};

struct YamlLimits {
  std::size_t max_bytes = std::size_t{1} << 20U;
  std::size_t max_depth = 64;
  // Nodes of all documents after aliases are written out: a few lines of anchors can stand for
  // billions. Their text may come to four times `max_bytes`.
  std::size_t max_nodes = 200'000;
  std::size_t max_documents = 1'000;
};

// All documents of a stream. Errors: invalid_input with line and column for what is not YAML, an
// unknown alias, a key that is no scalar or stands twice; too_large beyond a limit.
Result<std::vector<YamlNode>> parse_yaml_documents(std::string_view text, const YamlLimits& limits);

struct YamlRepeatedKey {
  std::string key;
  YamlPosition position;  // Of the later one.
};

struct FirstYaml {
  YamlNode document;
  std::vector<YamlRepeatedKey> repeated;
};

// The first document of a stream that is not empty, as readers of YAML 1.1 took it that looked at
// nothing after it: `<<` merges mappings, and of a key that stands twice the last one counts.
// Errors: as above.
Result<FirstYaml> parse_first_yaml(std::string_view text, const YamlLimits& limits);

// The only document; a null node for empty text. Errors: also invalid_input when there are several.
Result<YamlNode> parse_yaml(std::string_view text, const YamlLimits& limits);
inline Result<YamlNode> parse_yaml(std::string_view text) {
  return parse_yaml(text, YamlLimits{});
}

}  // namespace base::data
