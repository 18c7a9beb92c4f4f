#pragma once
// agent.yaml and agent.d: the settings of the agent itself.

#include "agent/base/core/result.hpp"
#include "agent/base/log/log.hpp"
#include "agent/console/settings.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace agent::daemon {

// What commands and tests of manifests need beside the engine.
struct CommandSettings {
  std::string image = "debian:12";  // In which `raw` runs.
  std::string address_service;      // A URL that answers with the caller's address; empty: none.
};

struct Settings {
  std::filesystem::path state_dir = "/var/lib/slipway";
  std::filesystem::path run_dir = console::k_default_run_dir;
  base::log::Level log_level = base::log::Level::info;
  base::log::Format log_format = base::log::Format::text;
  std::filesystem::path engine_socket = "/run/docker.sock";
  CommandSettings commands;
  console::ConsoleSettings console;

  [[nodiscard]] std::filesystem::path agent_socket() const {
    return run_dir / console::k_agent_socket;
  }
};

// Takes over what `yaml` says; the rest stays. Errors: invalid_input with line and column: not
// YAML, an unknown key, a value of the wrong kind.
base::Status read_settings(std::string_view yaml, Settings& settings);

// From this file and those that console::read_settings_files finds with it; what is not there has
// its default. Errors: as above, with the path; those of reading a file.
base::Result<Settings> load_settings(const std::filesystem::path& path);

// Every one as a line KEY=VALUE, sorted: for scripts, and to tell one set from another.
std::string describe_settings(const Settings& settings);

}  // namespace agent::daemon
