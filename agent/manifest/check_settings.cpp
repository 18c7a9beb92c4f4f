#include "agent/manifest/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace agent::manifest {
namespace {

using Names = std::set<std::string, std::less<>>;

void add_name(const Text& name, Names& names, Findings& findings) {
  if (!name.empty() && !names.insert(name.value).second) {
    findings.warning(
        "slipway-duplicate-item",
        name.path,
        name.at,
        fmt::format("another item is called '{:.80}': they share one value", name.value));
  }
}

void check_item_names(const Manifest& manifest, Findings& findings) {
  Names names;
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      add_name(item.name, names, findings);
      for (const auto& child : item.items) {
        add_name(child.name, names, findings);
      }
    }
  }
}

void check_command(const std::optional<CommandReference>& reference,
                   const Manifest& manifest,
                   Findings& findings) {
  if (!reference) {
    return;
  }
  const bool known = std::any_of(
      manifest.commands.begin(), manifest.commands.end(), [&](const ValueCommand& command) {
        return command.name.value == reference->name.value;
      });
  if (!known) {
    findings.warning("slipway-unknown-command",
                     reference->name.path,
                     reference->name.at,
                     fmt::format("`cmds` has no command '{:.80}': the value stays empty",
                                 reference->name.value));
  }
}

}  // namespace

void check_settings(const Manifest& manifest, Findings& findings) {
  check_item_names(manifest, findings);
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      check_command(item.default_command, manifest, findings);
      check_command(item.value_command, manifest, findings);
      check_command(item.data_command, manifest, findings);
    }
  }
}

}  // namespace agent::manifest
