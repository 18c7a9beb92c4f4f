#pragma once

#include "agent/base/data/yaml.hpp"

#include <string>
#include <vector>

namespace agent::manifest {

using Position = base::data::YamlPosition;

enum class Severity { error, warning };

// What is wrong with a document, where, and how to mend it.
struct Diagnostic {
  std::string code;  // The rule: "required", "type", "componentexists", "slipway-cycle", …
  Severity severity = Severity::error;
  std::string path;  // "components[0].containers[1].image_name"; empty for the document.
  Position at;       // Of the value, or of the key when the value is missing.
  std::string message;
};

[[nodiscard]] bool has_errors(const std::vector<Diagnostic>& diagnostics);

// "components.0.containers.1.image_name", the spelling of the linter.
std::string dotted_path(const std::string& path);

// "3:7: components[0].name: is required (required)"
std::string to_string(const Diagnostic& diagnostic);

}  // namespace agent::manifest
