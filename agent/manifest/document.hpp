#pragma once
// A manifest: one YAML document in the vocabulary of the original's native scheduler, with our own
// keys under `slipway`. Parts that only later stages interpret are kept as they are.

#include "agent/manifest/container.hpp"
#include "agent/manifest/diagnostic.hpp"
#include "agent/manifest/settings_model.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest {

struct Properties {
  Text app_url;
  Text logo_url;
  Text console_title;
  Text shell_alias;
  bool bypass_local_registry = false;
};

struct ReadyState {
  Text command;
  std::vector<Text> args;
  Text timeout;
};

enum class RollbackData { keep, restore };

struct Manifest {
  Text api_version;
  Text name;
  Text version;
  Text release_notes;
  Text console_support_markdown;
  Properties properties;
  std::optional<ReadyState> ready;
  std::vector<ValueCommand> commands;
  std::vector<Group> groups;
  std::vector<Component> components;
  RollbackData rollback = RollbackData::keep;

  // Known root keys whose content is not modelled: backup, monitors, admin_commands, identity, …
  std::map<std::string, base::data::YamlNode, std::less<>> opaque;
};

struct ReadOutcome {
  Manifest manifest;  // As far as it could be read; to be used only without errors.
  std::vector<Diagnostic> diagnostics;  // In the order of the document; at most 500.

  [[nodiscard]] bool accepted() const { return !has_errors(diagnostics); }
};

// Reads and checks a document from outside: size, depth and the number of nodes are limited. Of
// several documents in the stream the first is the manifest; the others belong to other schedulers.
// Text that is no YAML gives one diagnostic with the code "yaml".
ReadOutcome read_manifest(std::string_view text);

// An item by name, in whatever group; not child items. nullptr when there is none.
[[nodiscard]] const Item* find_item(const Manifest& manifest, std::string_view name);

}  // namespace agent::manifest
