#pragma once
// Numbers of YAML 1.1 as the original's reader took them: unquoted, with `0x`, `0b` and a leading 0
// for octal, underscores anywhere; a fraction is cut off where a whole number is wanted.

#include "agent/base/data/yaml.hpp"

namespace agent::manifest {

bool is_yaml_number(const base::data::YamlNode& node);
bool is_yaml_integer(const base::data::YamlNode& node);
bool is_yaml_unsigned(const base::data::YamlNode& node);

}  // namespace agent::manifest
