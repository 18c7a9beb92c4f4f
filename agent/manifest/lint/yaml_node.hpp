#pragma once
// A document of YAML twice: as the values that rules look at, and as the places where they stand.

#include "agent/manifest/lint/source_text.hpp"
#include "agent/manifest/lint/value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

// A node's place. Ends follow the original's habits: of a quoted scalar after the quote, of a block
// scalar at its last line break, of a sequence where the next token begins.
struct Node {
  enum class Kind { scalar, pair, map, sequence, alias };

  Kind kind = Kind::scalar;
  long start = -1;  // -1 for text that is not there, as after the comma of `{a: , b: c}`.
  long end = -1;
  std::string text;                          // Of a scalar.
  std::shared_ptr<Node> key;                 // Of a pair.
  std::shared_ptr<Node> value;               // Of a pair; null when nothing follows the colon.
  std::vector<std::shared_ptr<Node>> inner;  // Pairs of a map, items of a sequence; may be null.
};
using NodePtr = std::shared_ptr<Node>;

struct YamlFault {
  std::string
      message;  // With the line and a picture of the place, as the original's reader had it.
  std::optional<long> position;
};

struct YamlTree {
  ValuePtr value;  // Null when there is no document.
  NodePtr root;
  std::optional<YamlFault> fault;  // Then there is nothing else.
};

// The first part of a text that has one document; several are a fault. Depth, and what aliases
// stand for, are limited: beyond that there is a fault too.
YamlTree read_tree(std::u16string text);

// The nodes at a path: pairs where it ends in a key, items where it ends in a number.
std::vector<const Node*> nodes_at(const NodePtr& root, const Path& path);

}  // namespace agent::manifest::lint
