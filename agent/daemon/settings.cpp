#include "agent/daemon/settings.hpp"

#include "agent/base/data/yaml.hpp"

#include <fmt/format.h>

#include <functional>

namespace agent::daemon {
namespace {

using base::data::YamlEntry;
using base::data::YamlNode;
using console::yaml_fault;
using console::yaml_path;
using console::yaml_text;

using ReadEntry = std::function<base::Result<bool>(const YamlEntry& entry)>;

// Calls `read` with every entry; false from it is an unknown key.
base::Status each_entry(const YamlNode& node, const std::string& prefix, const ReadEntry& read) {
  if (node.kind == YamlNode::Kind::null) {
    return base::ok();
  }
  if (node.kind != YamlNode::Kind::mapping) {
    return yaml_fault(node.position, prefix + ": expected a mapping");
  }
  for (const auto& entry : node.entries) {
    BASE_TRY_ASSIGN(const bool known, read(entry));
    if (!known) {
      return yaml_fault(
          entry.key_position,
          fmt::format("unknown key {}{:.100}", prefix.empty() ? "" : prefix + ".", entry.key));
    }
  }
  return base::ok();
}

base::Result<bool> read_log(const YamlEntry& entry, Settings& settings) {
  if (entry.key != "level" && entry.key != "format") {
    return false;
  }
  BASE_TRY_ASSIGN(const auto text, yaml_text(entry.value, "log." + entry.key));
  if (entry.key == "level") {
    BASE_TRY_ASSIGN(settings.log_level, base::log::parse_level(text));
  } else {
    BASE_TRY_ASSIGN(settings.log_format, base::log::parse_format(text));
  }
  return true;
}

base::Result<bool> read_commands(const YamlEntry& entry, CommandSettings& commands) {
  if (entry.key != "image" && entry.key != "address_service") {
    return false;
  }
  auto& value = entry.key == "image" ? commands.image : commands.address_service;
  BASE_TRY_ASSIGN(value, yaml_text(entry.value, "commands." + entry.key));
  return true;
}

base::Result<bool> read_root(const YamlEntry& entry, Settings& settings) {
  if (entry.key == "state_dir") {
    BASE_TRY_ASSIGN(settings.state_dir, yaml_path(entry.value, entry.key));
  } else if (entry.key == "run_dir") {
    BASE_TRY_ASSIGN(settings.run_dir, yaml_path(entry.value, entry.key));
  } else if (entry.key == "log") {
    BASE_TRY(each_entry(
        entry.value, "log", [&](const YamlEntry& inner) { return read_log(inner, settings); }));
  } else if (entry.key == "engine") {
    BASE_TRY(each_entry(entry.value, "engine", [&](const YamlEntry& inner) -> base::Result<bool> {
      if (inner.key != "socket") {
        return false;
      }
      BASE_TRY_ASSIGN(settings.engine_socket, yaml_path(inner.value, "engine.socket"));
      return true;
    }));
  } else if (entry.key == "commands") {
    BASE_TRY(each_entry(entry.value, "commands", [&](const YamlEntry& inner) {
      return read_commands(inner, settings.commands);
    }));
  } else if (entry.key == "console") {
    BASE_TRY(console::read_console_settings(entry.value, settings.console));
  } else {
    return false;
  }
  return true;
}

}  // namespace

base::Status read_settings(std::string_view yaml, Settings& settings) {
  BASE_TRY_ASSIGN(const auto root, base::data::parse_yaml(yaml));
  return each_entry(root, "", [&](const YamlEntry& entry) { return read_root(entry, settings); });
}

base::Result<Settings> load_settings(const std::filesystem::path& path) {
  BASE_TRY_ASSIGN(const auto files, console::read_settings_files(path));
  Settings settings;
  for (const auto& file : files) {
    auto status = read_settings(file.text, settings);
    if (!status) {
      return std::move(status).error().with_context(file.path.string());
    }
  }
  return settings;
}

std::string describe_settings(const Settings& settings) {
  return fmt::format(
      "commands.address_service={}\ncommands.image={}\n"
      "console.listen={}\nconsole.start={}\nconsole.state_dir={}\nconsole.user={}\n"
      "engine.socket={}\nlog.format={}\nlog.level={}\nrun_dir={}\nstate_dir={}\n",
      settings.commands.address_service,
      settings.commands.image,
      settings.console.listen,
      settings.console.start,
      settings.console.state_dir.string(),
      settings.console.user,
      settings.engine_socket.string(),
      name_of(settings.log_format),
      name_of(settings.log_level),
      settings.run_dir.string(),
      settings.state_dir.string());
}

}  // namespace agent::daemon
