#include "agent/daemon/settings.hpp"

#include "agent/base/data/yaml.hpp"
#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

#include <functional>

namespace agent::daemon {
namespace {

using base::data::YamlEntry;
using base::data::YamlNode;
using console::yaml_fault;
using console::yaml_path;
using console::yaml_text;

constexpr std::size_t k_largest_file = std::size_t{64} << 10U;

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
  } else if (entry.key == "console") {
    BASE_TRY_ASSIGN(settings.console, console::read_console_settings(entry.value));
  } else {
    return false;
  }
  return true;
}

}  // namespace

base::Result<Settings> read_settings(std::string_view yaml) {
  BASE_TRY_ASSIGN(const auto root, base::data::parse_yaml(yaml));
  Settings settings;
  BASE_TRY(
      each_entry(root, "", [&](const YamlEntry& entry) { return read_root(entry, settings); }));
  return settings;
}

base::Result<Settings> load_settings(const std::filesystem::path& path) {
  const auto text = base::fs::read_file(path, k_largest_file);
  if (!text) {
    if (text.error().code == base::ErrorCode::not_found) {
      return Settings{};
    }
    return text.error();
  }
  auto settings = read_settings(*text);
  if (!settings) {
    return std::move(settings).error().with_context(path.string());
  }
  return settings;
}

}  // namespace agent::daemon
