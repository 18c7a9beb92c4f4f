#pragma once

#include "agent/base/http/client.hpp"
#include "agent/engine/desired.hpp"

#include <vector>

namespace agent::engine {

// The files as a tar stream with their owners and modes and a fixed time, so that the same files
// always give the same bytes. Folders on the way are made with mode 0755.
base::http::BodySource config_archive(const std::vector<ConfigFile>& files);

}  // namespace agent::engine
