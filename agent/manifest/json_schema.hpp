#pragma once
// The language as a JSON Schema (draft-07, which YAML editors know best), with descriptions.

#include <string>

namespace agent::manifest {

// It takes what the language takes but for unknown keys, which an editor should mark; where a rule
// has no words of JSON Schema it is left to `slipway manifest validate`. Ends in a newline.
std::string json_schema();

}  // namespace agent::manifest
