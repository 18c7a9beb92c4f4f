#include "agent/manifest/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::error;
  });
}

std::string dotted_path(const std::string& path) {
  std::string dotted;
  for (const char c : path) {
    if (c != ']') {
      dotted += c == '[' ? '.' : c;
    }
  }
  return dotted;
}

std::string to_string(const Diagnostic& diagnostic) {
  return fmt::format("{}:{}: {}{}{} ({})",
                     diagnostic.at.line,
                     diagnostic.at.column,
                     diagnostic.path,
                     diagnostic.path.empty() ? "" : ": ",
                     diagnostic.message,
                     diagnostic.code);
}

}  // namespace agent::manifest
