#include "agent/manifest/lint/own_rules.hpp"

namespace agent::manifest::lint {

OwnFindings apply_own_rules(const Value& values, const ReadOutcome& read) {
  const Subject subject{values, read, ContainerIndex(read.manifest)};
  OwnFindings findings;
  for (const auto rule : {find_repeated_ports,
                          find_start_faults,
                          find_dead_events,
                          find_unknown_settings,
                          find_plain_secrets,
                          find_missing_health_checks,
                          find_missing_digests}) {
    rule(subject, findings);
  }
  return findings;
}

}  // namespace agent::manifest::lint
