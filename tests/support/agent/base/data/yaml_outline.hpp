#pragma once

#include "agent/base/data/yaml.hpp"

#include <fmt/format.h>

#include <string>

namespace tests {

// All that a node says, a line each, so that two readings can be compared and their difference
// seen.
inline std::string yaml_outline(const base::data::YamlNode& node, const std::string& name = "") {
  auto text = fmt::format("{}:{} {} kind {} plain {} tag '{}' text '{}'\n",
                          node.position.line,
                          node.position.column,
                          name,
                          static_cast<int>(node.kind),
                          node.plain,
                          node.tag,
                          node.text);
  for (const auto& item : node.items) {
    text += yaml_outline(item, name + "[]");
  }
  for (const auto& entry : node.entries) {
    text += fmt::format("{}:{} key\n", entry.key_position.line, entry.key_position.column);
    text += yaml_outline(entry.value, name + "." + entry.key);
  }
  return text;
}

}  // namespace tests
