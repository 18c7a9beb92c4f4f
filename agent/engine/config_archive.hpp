#pragma once

#include "agent/base/core/result.hpp"
#include "agent/engine/desired.hpp"

#include <string>
#include <vector>

namespace agent::engine {

// The files as a tar archive with their owners and modes and without a time of their own, so that
// the same files always give the same bytes. Errors: invalid_input (a path that leaves its folder).
base::Result<std::string> config_archive(const std::vector<ConfigFile>& files);

}  // namespace agent::engine
