#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/process/termination.hpp"
#include "agent/daemon/settings.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace agent::daemon {

struct SuperviseOptions {
  std::filesystem::path program;  // Of the agent: this one.
  std::filesystem::path config;
  std::filesystem::path log_dir = "/var/log/slipway";
};

// Runs `slipwayd serve` for as long as it is not told to end, and starts it again when it ends.
// Holds no state but `<run_dir>/supervisor.pid`. Errors: conflict when another supervisor is there.
base::Status supervise(const Settings& settings,
                       const SuperviseOptions& options,
                       const base::process::Termination& termination);

// The folders that agent and supervisor need, with the owners and modes of docs/architecture.md.
// Errors: io, forbidden.
base::Status prepare_directories(const Settings& settings);

}  // namespace agent::daemon
