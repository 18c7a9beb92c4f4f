#pragma once
// Where the settings are, and the part of them that is about the console. The agent reads it too:
// it may have to start the console.

#include "agent/base/core/result.hpp"
#include "agent/base/data/yaml.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace agent::console {

struct ConsoleSettings {
  std::string listen = "0.0.0.0:8800";
  std::string user = "slipway-console";
  std::filesystem::path state_dir = "/var/lib/slipway-console";
  bool start = true;  // By the agent; false where systemd does.
};

inline constexpr const char* k_default_config = "/etc/slipway/agent.yaml";
inline constexpr const char* k_default_run_dir = "/run/slipway";
inline constexpr const char* k_agent_socket = "agent.sock";       // In run_dir.
inline constexpr const char* k_fingerprint_file = "fingerprint";  // In state_dir.

struct SettingsFile {
  std::filesystem::path path;
  std::string text;
};

// The texts that settings are made of, to be read in this order, each over those before: `main`,
// then the *.yaml files of the folder beside it (agent.d for agent.yaml) by name. That folder lets
// an installer keep keys of its own without editing what a person wrote. What is not there is left
// out. Errors: those of reading.
base::Result<std::vector<SettingsFile>> read_settings_files(const std::filesystem::path& main);

// The mapping under `console:`; what it leaves out stays as it is. Errors: invalid_input, naming
// line and column, also for an unknown key.
base::Status read_console_settings(const base::data::YamlNode& node, ConsoleSettings& settings);

// What the console itself needs of the settings; the rest is the agent's to check.
struct ConsoleConfiguration {
  ConsoleSettings console;
  std::filesystem::path socket;
};
base::Result<ConsoleConfiguration> load_console_configuration(const std::filesystem::path& path);

// Readers of one value, for both. `what` names it in errors.
base::Result<std::string> yaml_text(const base::data::YamlNode& node, const std::string& what);
base::Result<bool> yaml_boolean(const base::data::YamlNode& node, const std::string& what);
base::Result<std::filesystem::path> yaml_path(const base::data::YamlNode& node,
                                              const std::string& what);
base::Error yaml_fault(const base::data::YamlPosition& position, const std::string& text);

}  // namespace agent::console
