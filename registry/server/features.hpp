#pragma once
// What a file asks of the registry beyond its options: where packages come from besides publishers,
// where accounts come from besides the registry. An appliance's settings are handed over in it
// whole, so that the same file serves versions that have fewer features and those that have more.

#include "agent/base/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace registry::server {

// The keys, as "upstream.url", of a YAML text that ask for what this version does not have. Errors:
// invalid_input for what is not YAML or no mapping of mappings and single values.
base::Result<std::vector<std::string>> unmet_features(std::string_view text);

}  // namespace registry::server
