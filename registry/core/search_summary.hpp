#pragma once

#include "registry/core/package.hpp"

#include <string>

namespace registry::core {

struct SearchSummary {
  std::string text;      // Lower-case name, description and keywords: what search looks through.
  std::string document;  // The `package` object of a search result, without addresses.
};

// What a search says about a package, from the version that `latest` names. Empty for a tombstone.
SearchSummary search_summary(const Package& package);

}  // namespace registry::core
