#pragma once
// The rules of the original's linter, in its order: the results are listed in it.

#include "agent/manifest/lint/predicate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

enum class Scheduler { native, swarm, kubernetes };

struct OriginalRule {
  std::string id;
  std::string_view type;  // error, warn, info
  std::string message;
  Predicate predicate;
};

// Those that look at values; a text that is no YAML, an empty one and the schema are dealt with
// before any of them.
std::vector<OriginalRule> original_rules(Scheduler scheduler);

// Its parts, each in a file of its own.
void add_command_rules(std::vector<OriginalRule>& rules);
void add_component_rules(std::vector<OriginalRule>& rules);
void add_setting_rules(std::vector<OriginalRule>& rules);
void add_container_rules(std::vector<OriginalRule>& rules);
void add_requirement_rules(std::vector<OriginalRule>& rules);
void add_monitor_rules(std::vector<OriginalRule>& rules, Scheduler scheduler);
void add_root_rules(std::vector<OriginalRule>& rules);

}  // namespace agent::manifest::lint
