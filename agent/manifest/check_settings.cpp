#include "agent/manifest/sections.hpp"
#include "agent/manifest/template.hpp"

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

Names item_names(const Manifest& manifest, Findings& findings) {
  Names names;
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      add_name(item.name, names, findings);
      for (const auto& child : item.items) {
        add_name(child.name, names, findings);
      }
    }
  }
  return names;
}

// `item`, `item=value` or `item!=value`; a template or a boolean says nothing about items.
void check_when(const Text& when, const Names& names, Findings& findings) {
  if (when.empty() || has_template(when.value) || parse_boolean(when.value)) {
    return;
  }
  const std::size_t equals = std::min(when.value.find('='), when.value.size());
  auto name = when.value.substr(0, equals);
  if (equals < when.value.size() && name.ends_with('!')) {
    name.pop_back();
  }
  if (names.find(name) == names.end()) {
    findings.error("configitemwhen",
                   when,
                   fmt::format("there is no setting '{:.80}': write item=value with an item's "
                               "name, or a template",
                               name));
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
  const auto names = item_names(manifest, findings);
  for (const auto& group : manifest.groups) {
    check_when(group.when, names, findings);
    for (const auto& item : group.items) {
      check_when(item.when, names, findings);
      check_command(item.default_command, manifest, findings);
      check_command(item.value_command, manifest, findings);
      check_command(item.data_command, manifest, findings);
    }
  }
}

}  // namespace agent::manifest
