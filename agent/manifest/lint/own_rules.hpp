#pragma once
// Our own rules: what the original's linter missed. Each has a page in docs/lint.

#include "agent/manifest/container_index.hpp"
#include "agent/manifest/document.hpp"
#include "agent/manifest/lint/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

// A manifest in the two ways in which rules look at it. The model is what could be read of it.
struct Subject {
  const Value& values;
  const ReadOutcome& read;
  ContainerIndex containers;
};

struct Finding {
  std::string_view rule;
  std::string_view type;  // error, warn, info
  std::string message;
  std::vector<std::string> paths;  // Where to mend it, then what else belongs to it.
};
using OwnFindings = std::vector<Finding>;

OwnFindings apply_own_rules(const Value& values, const ReadOutcome& read);

// Its parts.
void find_start_faults(const Subject& subject, OwnFindings& findings);
void find_dead_events(const Subject& subject, OwnFindings& findings);
void find_repeated_ports(const Subject& subject, OwnFindings& findings);
void find_unknown_settings(const Subject& subject, OwnFindings& findings);
void find_plain_secrets(const Subject& subject, OwnFindings& findings);
void find_missing_health_checks(const Subject& subject, OwnFindings& findings);
void find_missing_digests(const Subject& subject, OwnFindings& findings);

}  // namespace agent::manifest::lint
