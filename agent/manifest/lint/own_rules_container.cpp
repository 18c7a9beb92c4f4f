#include "agent/manifest/lint/own_rules.hpp"
#include "agent/manifest/lint/own_rules_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::lint {
namespace {

bool has_digest(const Container& container) {
  return !container.slipway.image_digest.empty() ||
         container.image_name.value.find("@sha256:") != std::string::npos;
}

}  // namespace

// A container that ends by itself is judged by its exit code.
void find_missing_health_checks(const Subject& subject, OwnFindings& findings) {
  for (const auto& [component, container, key] : subject.containers.all()) {
    if (!container->slipway.health && !container->ephemeral &&
        !condition_of(container->when).never) {
      findings.push_back(
          {"slipway-no-health-check",
           "info",
           fmt::format("'{}' has no health check: add `slipway: health`, so that one that hangs is "
                       "seen, and an update with a fault is taken back",
                       key),
           {container->path}});
    }
  }
}

// Digests are written when a release is made; before that, no image has one.
void find_missing_digests(const Subject& subject, OwnFindings& findings) {
  const auto& all = subject.containers.all();
  const bool released = std::any_of(all.begin(), all.end(), [](const IndexedContainer& indexed) {
    return has_digest(*indexed.container);
  });
  for (const auto& [component, container, key] : all) {
    const bool floats = container->version.value == "latest";
    if (!has_digest(*container) && (released || floats)) {
      findings.push_back(
          {"slipway-image-digest",
           "warn",
           fmt::format("The image of '{}' has no digest, and may be another tomorrow: give it in "
                       "`slipway: image: config`",
                       key),
           {(floats ? container->version : container->image_name).path}});
    }
  }
}

}  // namespace agent::manifest::lint
