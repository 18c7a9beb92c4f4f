#pragma once
// Versions and ranges of versions as the original's linter took them: npm's, of its fifth major.

#include <string_view>

namespace agent::manifest::lint {

// "1.2.3", "v1.2.3-rc.1+build"
bool is_version(std::string_view text);

// ">=1.2 <2", "1.x || ^2.1", "1.0.0 - 1.5"; empty for any version.
bool is_version_range(std::string_view text);

}  // namespace agent::manifest::lint
