#include "agent/manifest/lint/own_rules.hpp"
#include "agent/manifest/lint/own_rules_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agent::manifest::lint {

// Reading finds these faults already, since nothing with one of them is installed blindly.
void find_start_faults(const Subject& subject, OwnFindings& findings) {
  constexpr std::array<std::string_view, 4> k_rules = {
      "slipway-cycle", "slipway-never-starts", "slipway-depends-on", "slipway-trigger"};
  for (const auto& diagnostic : subject.read.diagnostics) {
    const auto* const rule = std::find(k_rules.begin(), k_rules.end(), diagnostic.code);
    if (rule != k_rules.end()) {
      findings.push_back({*rule,
                          diagnostic.severity == Severity::error ? "error" : "warn",
                          diagnostic.message,
                          {diagnostic.path}});
    }
  }
}

void find_dead_events(const Subject& subject, OwnFindings& findings) {
  for (const auto& [component, container, key] : subject.containers.all()) {
    if (!condition_of(container->when).never) {
      continue;
    }
    for (const auto& event : container->publish_events) {
      for (const auto& subscription : event.subscriptions) {
        findings.push_back(
            {"slipway-dead-event",
             "warn",
             fmt::format("Nothing publishes this event: '{}' never runs. '{}' waits for it in vain "
                         "under the original's agent, and not at all under ours",
                         key,
                         subscription.container.value),
             {subscription.container.path}});
      }
    }
  }
}

}  // namespace agent::manifest::lint
