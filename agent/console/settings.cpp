#include "agent/console/settings.hpp"

#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

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

// By name. A folder that is not there has none.
base::Result<std::vector<std::filesystem::path>> yaml_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code failure;
  for (std::filesystem::directory_iterator entries(folder, failure), end;
       !failure && entries != end;
       entries.increment(failure)) {
    if (entries->path().extension() == ".yaml") {
      found.push_back(entries->path());
    }
  }
  if (failure && failure != std::errc::no_such_file_or_directory) {
    return Error{ErrorCode::io, fmt::format("read {}: {}", folder.string(), failure.message())};
  }
  std::sort(found.begin(), found.end());
  return found;
}

base::Status read_console_file(const SettingsFile& file,
                               std::filesystem::path& run_dir,
                               ConsoleSettings& console) {
  BASE_TRY_ASSIGN(const auto root, base::data::parse_yaml(file.text));
  if (const auto* node = root.find("run_dir")) {
    BASE_TRY_ASSIGN(run_dir, yaml_path(*node, "run_dir"));
  }
  if (const auto* node = root.find("console")) {
    BASE_TRY(read_console_settings(*node, console));
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

base::Result<std::vector<SettingsFile>> read_settings_files(const std::filesystem::path& main) {
  BASE_TRY_ASSIGN(const auto beside,
                  yaml_files(std::filesystem::path(main).replace_extension(".d")));
  std::vector<std::filesystem::path> paths{main};
  paths.insert(paths.end(), beside.begin(), beside.end());
  std::vector<SettingsFile> files;
  for (const auto& path : paths) {
    auto text = base::fs::read_file(path, k_largest_file);
    if (text) {
      files.push_back({.path = path, .text = *std::move(text)});
    } else if (text.error().code != ErrorCode::not_found) {
      return text.error();
    }
  }
  return files;
}

base::Status read_console_settings(const YamlNode& node, ConsoleSettings& settings) {
  if (node.kind == YamlNode::Kind::null) {
    return base::ok();
  }
  if (node.kind != YamlNode::Kind::mapping) {
    return yaml_fault(node.position, "console: expected a mapping");
  }
  for (const auto& entry : node.entries) {
    BASE_TRY(read_entry(entry, settings));
  }
  return base::ok();
}

base::Result<ConsoleConfiguration> load_console_configuration(const std::filesystem::path& path) {
  std::filesystem::path run_dir = k_default_run_dir;
  ConsoleConfiguration configuration;
  BASE_TRY_ASSIGN(const auto files, read_settings_files(path));
  for (const auto& file : files) {
    auto status = read_console_file(file, run_dir, configuration.console);
    if (!status) {
      return std::move(status).error().with_context(file.path.string());
    }
  }
  configuration.socket = run_dir / k_agent_socket;
  return configuration;
}

}  // namespace agent::console
