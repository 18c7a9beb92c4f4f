#pragma once
// All of YAML, by yaml-cpp.

#include "agent/base/data/yaml.hpp"

#include <string_view>
#include <vector>

namespace base::data {

// As `parse_yaml_documents` and `parse_first_yaml`, which are for others to call; the text's own
// size is not looked at.
Result<std::vector<YamlNode>> read_yaml_events(std::string_view text, const YamlLimits& limits);
Result<FirstYaml> read_first_yaml_events(std::string_view text, const YamlLimits& limits);

}  // namespace base::data
