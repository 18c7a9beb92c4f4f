#pragma once
// agent.yaml: the settings of the agent itself.

#include "agent/base/core/result.hpp"
#include "agent/base/log/log.hpp"
#include "agent/console/settings.hpp"

#include <filesystem>
#include <string_view>

namespace agent::daemon {

struct Settings {
  std::filesystem::path state_dir = "/var/lib/slipway";
  std::filesystem::path run_dir = console::k_default_run_dir;
  base::log::Level log_level = base::log::Level::info;
  base::log::Format log_format = base::log::Format::text;
  std::filesystem::path engine_socket = "/run/docker.sock";
  console::ConsoleSettings console;

  [[nodiscard]] std::filesystem::path agent_socket() const {
    return run_dir / console::k_agent_socket;
  }
};

// Errors: invalid_input with line and column: not YAML, an unknown key, a value of the wrong kind.
base::Result<Settings> read_settings(std::string_view yaml);

// A missing file means defaults. Errors: as above, with the path; those of reading a file.
base::Result<Settings> load_settings(const std::filesystem::path& path);

}  // namespace agent::daemon
