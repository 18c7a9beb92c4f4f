#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/process/termination.hpp"
#include "agent/daemon/settings.hpp"
#include "agent/engine/crash_points.hpp"

#include <filesystem>

namespace agent::daemon {

struct ServeOptions {
  std::filesystem::path config;
  std::filesystem::path console_program;  // Beside the agent's own.
  std::filesystem::path log_dir;  // For the console's output; empty: it goes where ours goes.
};

// The agent: builds everything, serves until told to end. Errors: those of starting.
base::Status serve(const Settings& settings,
                   const ServeOptions& options,
                   engine::CrashPoints& crash_points,
                   const base::process::Termination& termination);

}  // namespace agent::daemon
