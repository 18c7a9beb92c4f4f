#pragma once
// The rules of the original's daemon, by the tags under which it reported them. Inside this library
// only.

#include "agent/manifest/container_index.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace agent::manifest {

enum class Scheduler { native, other };

// What rules that look across the document know of it.
struct RuleContext {
  const Manifest& manifest;
  const ContainerIndex& index;
  std::set<std::string, std::less<>> items;         // Names of settings and of their choices.
  std::set<std::string, std::less<>> requirements;  // Ids that stand there more than once.
  Scheduler scheduler = Scheduler::native;
  bool swarm = false;  // The document has requirements of Swarm.
};

// What is wrong with a value by a rule, and how to mend it. Nothing when it is right, when its
// template lets that be known only later, and for a rule that is told of elsewhere.
std::optional<std::string> broken_rule(std::string_view rule,
                                       std::string_view text,
                                       const RuleContext& context);

// Of a container that a reference names. `component` and `container` as for ContainerIndex.
std::optional<std::string> missing_component(std::string_view component,
                                             const RuleContext& context);
std::optional<std::string> missing_container(std::string_view component,
                                             std::string_view container,
                                             const RuleContext& context);

// Rules about text alone.
bool is_version(std::string_view text);        // A semantic version, strictly.
bool is_version_range(std::string_view text);  // ">=2.1.0 <3.0.0 || 4.x"
bool is_retention(std::string_view text);
bool is_label_scale(std::string_view text);
bool is_fingerprint(std::string_view text);
bool is_web_address(std::string_view text);

}  // namespace agent::manifest
