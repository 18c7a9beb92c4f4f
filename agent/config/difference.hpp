#pragma once
// What changed between two saved sets of settings, without secrets.

#include "agent/config/settings.hpp"
#include "agent/manifest/document.hpp"

#include <optional>
#include <string>
#include <vector>

namespace agent::config {

struct SettingDifference {
  std::string item;
  bool secret = false;  // Then both values are absent.
  // What was kept of it: the admin's value, else the generated one; of a file its name. Absent:
  // nothing was kept.
  std::optional<std::string> before;
  std::optional<std::string> after;

  bool operator==(const SettingDifference&) const = default;
};

// By name. An item that the manifest does not know counts as secret: nobody can tell any more what
// it was.
std::vector<SettingDifference> difference(const manifest::Manifest& manifest,
                                          const StoredSettings& before,
                                          const StoredSettings& after);

}  // namespace agent::config
