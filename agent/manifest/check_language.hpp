#pragma once
// Holds a document against the language: what is no key of it, of the wrong type, or breaks a rule.
// Inside this library only.

#include "agent/manifest/map_reader.hpp"
#include "agent/manifest/rules.hpp"

namespace agent::manifest {

void check_language(const base::data::YamlNode& document,
                    const RuleContext& context,
                    Findings& findings);

// The containers that admin commands and the support bundle name, in any of the five shapes.
void check_container_sources(const base::data::YamlNode& document,
                             const RuleContext& context,
                             Findings& findings);

// At most one option of each class. nothing when it is so.
std::optional<std::string> broken_volume_options(const base::data::YamlNode& options);

}  // namespace agent::manifest
