#pragma once
// The engine's refusals as Errors. Its statuses say little (most failures are 500), so the text
// is searched for the few causes that callers act on; the phrases are those of engines 20.10 to 29.

#include "agent/base/core/error.hpp"

#include <string>
#include <string_view>

namespace agent::docker {

// The reason of a start that the rest of an earlier one prevents; see leftover_task.hpp.
inline constexpr std::string_view k_leftover_task = "leftover_task";

// `message` is what the engine said; `status` its HTTP status, or 200 for a failure within a
// progress stream.
base::Error failure_of(int status, std::string message);

}  // namespace agent::docker
