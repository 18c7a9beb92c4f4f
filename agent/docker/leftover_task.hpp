#pragma once
// An engine that was killed while it started a container may leave the container's task behind in
// containerd, unknown to itself: no start succeeds any more ("task …: already exists"), removing
// the container does not end it, and its program may even run (seen with 20.10).

#include "agent/base/core/result.hpp"

#include <filesystem>
#include <string_view>

namespace agent::docker {

// Kills the shim that holds such a task; containerd then ends and removes the task by itself, a
// moment later. `container` is the whole id; only call it for one that the engine says does not
// run. Errors: not_found when there is no such shim of root's, io.
base::Status end_leftover_task(std::string_view container,
                               const std::filesystem::path& proc = "/proc");

}  // namespace agent::docker
