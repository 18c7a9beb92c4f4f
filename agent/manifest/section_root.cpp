#include "agent/manifest/sections.hpp"

#include <array>

namespace agent::manifest {
namespace {

// Known root keys that later stages interpret, or other schedulers.
constexpr std::array<std::string_view, 16> k_opaque_keys = {"terms",
                                                            "identity",
                                                            "backup",
                                                            "monitors",
                                                            "host_requirements",
                                                            "custom_requirements",
                                                            "admin_commands",
                                                            "custom_metrics",
                                                            "statsd",
                                                            "graphite",
                                                            "carbon",
                                                            "localization",
                                                            "support",
                                                            "images",
                                                            "kubernetes",
                                                            "swarm"};

void read_properties(MapReader& reader, Properties& properties) {
  properties.app_url = reader.text("app_url");
  properties.logo_url = reader.text("logo_url");
  properties.console_title = reader.text("console_title");
  properties.shell_alias = reader.text("shell_alias");
  properties.bypass_local_registry = reader.boolean("bypass_local_registry");
}

void read_state(MapReader& reader, Manifest& manifest) {
  reader.map("ready", [&](MapReader& inner) {
    ReadyState ready;
    ready.command = inner.text("command");
    ready.args = inner.texts("args");
    ready.timeout = inner.text("timeout");
    if (!ready.command.empty()) {
      manifest.ready = std::move(ready);
    }
  });
}

ValueCommand read_command(MapReader& reader) {
  ValueCommand command;
  command.name = reader.text("name");
  command.command = reader.text("cmd");
  command.arguments = reader.texts("args");
  command.timeout = reader.text("timeout");
  command.readonly_root = reader.boolean("readonly_rootfs");
  return command;
}

void read_extension(MapReader& reader, Manifest& manifest) {
  reader.map("rollback", [&](MapReader& inner) {
    const auto data = inner.text("data");
    if (data.value == "restore") {
      manifest.rollback = RollbackData::restore;
    } else if (data.given && data.value != "keep") {
      inner.findings().error("slipway-rollback", data, "must be keep or restore");
    }
  });
}

}  // namespace

void read_root(MapReader& reader, Manifest& manifest) {
  manifest.api_version = reader.text("replicated_api_version");
  manifest.name = reader.text("name");
  manifest.version = reader.text("version");
  manifest.release_notes = reader.text("release_notes");
  manifest.console_support_markdown = reader.text("console_support_markdown");
  reader.map("properties", [&](MapReader& inner) { read_properties(inner, manifest.properties); });
  reader.map("state", [&](MapReader& inner) { read_state(inner, manifest); });
  reader.maps("cmds", [&](MapReader& inner) { manifest.commands.push_back(read_command(inner)); });
  reader.maps("config", [&](MapReader& inner) { manifest.groups.push_back(read_group(inner)); });
  reader.maps("components",
              [&](MapReader& inner) { manifest.components.push_back(read_component(inner)); });
  reader.map("slipway", [&](MapReader& inner) { read_extension(inner, manifest); });
  for (const auto key : k_opaque_keys) {
    if (auto node = reader.any(key)) {
      manifest.opaque.emplace(key, *std::move(node));
    }
  }
}

}  // namespace agent::manifest
