#include "agent/console/settings.hpp"

#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

namespace agent::console {
namespace {

using base::Error;
using base::ErrorCode;
using base::data::YamlNode;

constexpr std::size_t k_largest_file = std::size_t{64} << 10U;

base::Status read_entry(const base::data::YamlEntry& entry, ConsoleSettings& settings) {
  const auto what = "console." + entry.key;
  if (entry.key == "listen") {
    BASE_TRY_ASSIGN(settings.listen, yaml_text(entry.value, what));
  } else if (entry.key == "user") {
    BASE_TRY_ASSIGN(settings.user, yaml_text(entry.value, what));
  } else if (entry.key == "state_dir") {
    BASE_TRY_ASSIGN(settings.state_dir, yaml_path(entry.value, what));
  } else if (entry.key == "start") {
    BASE_TRY_ASSIGN(settings.start, yaml_boolean(entry.value, what));
  } else {
    return yaml_fault(entry.key_position, fmt::format("unknown key {}", what));
  }
  return base::ok();
}

}  // namespace

Error yaml_fault(const base::data::YamlPosition& position, const std::string& text) {
  return Error{ErrorCode::invalid_input,
               fmt::format("line {}, column {}: {}", position.line, position.column, text)};
}

base::Result<std::string> yaml_text(const YamlNode& node, const std::string& what) {
  if (node.kind != YamlNode::Kind::scalar || node.text.empty()) {
    return yaml_fault(node.position, fmt::format("{}: expected text", what));
  }
  return node.text;
}

base::Result<bool> yaml_boolean(const YamlNode& node, const std::string& what) {
  if (node.kind == YamlNode::Kind::scalar && node.plain &&
      (node.text == "true" || node.text == "false")) {
    return node.text == "true";
  }
  return yaml_fault(node.position, fmt::format("{}: expected true or false", what));
}

base::Result<std::filesystem::path> yaml_path(const YamlNode& node, const std::string& what) {
  BASE_TRY_ASSIGN(const auto text, yaml_text(node, what));
  if (text.front() != '/') {
    return yaml_fault(node.position, fmt::format("{}: expected an absolute path", what));
  }
  return std::filesystem::path(text);
}

base::Result<ConsoleSettings> read_console_settings(const YamlNode& node) {
  ConsoleSettings settings;
  if (node.kind == YamlNode::Kind::null) {
    return settings;
  }
  if (node.kind != YamlNode::Kind::mapping) {
    return yaml_fault(node.position, "console: expected a mapping");
  }
  for (const auto& entry : node.entries) {
    BASE_TRY(read_entry(entry, settings));
  }
  return settings;
}

base::Result<ConsoleConfiguration> load_console_configuration(const std::filesystem::path& path) {
  std::filesystem::path run_dir = k_default_run_dir;
  ConsoleConfiguration configuration;
  const auto text = base::fs::read_file(path, k_largest_file);
  if (!text && text.error().code != ErrorCode::not_found) {
    return text.error();
  }
  if (text) {
    BASE_TRY_ASSIGN(const auto root, base::data::parse_yaml(*text));
    if (const auto* node = root.find("run_dir")) {
      BASE_TRY_ASSIGN(run_dir, yaml_path(*node, "run_dir"));
    }
    if (const auto* node = root.find("console")) {
      BASE_TRY_ASSIGN(configuration.console, read_console_settings(*node));
    }
  }
  configuration.socket = run_dir / k_agent_socket;
  return configuration;
}

}  // namespace agent::console
