#pragma once
// Looks for mistakes in a manifest. As the original's linter did, to its positions and quirks, so
// that a vendor's build sees no difference; or with our own rules, which see more.

#include "agent/manifest/lint/original_rules.hpp"
#include "agent/manifest/lint/source_text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

struct Place {
  long position = 0;  // From 0, in UTF-16 units.
  LineColumn at;
};

struct Range {
  std::optional<std::string> path;  // None for a text that is no YAML.
  Place start;
  std::optional<Place> end;
};

struct Result {
  std::string rule;
  std::string_view type;  // error, warn, info
  std::string message;
  std::vector<Range> positions;
};

// The original's results, in its order. Of several documents it looks at the first behind a
// separator, without its schema; what stands before the first separator it drops.
std::vector<Result> lint_as_original(std::string_view text, Scheduler scheduler);

// The original's results for the first document, with our keys allowed, and those of our rules.
std::vector<Result> lint(std::string_view text, Scheduler scheduler);

}  // namespace agent::manifest::lint
