#include "agent/engine/comparison.hpp"

#include "agent/engine/spec_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace agent::engine {
namespace {

using docker::ContainerStatus;

// Empty when the container's networks and volumes are there; else what is wrong.
std::string broken_surroundings(const Observation& observation,
                                const std::vector<std::string>& external,
                                const DesiredContainer& desired,
                                const ObservedContainer& observed) {
  for (const auto& attachment : desired.spec.networks) {
    if (std::find(external.begin(), external.end(), attachment.network) != external.end()) {
      continue;
    }
    const auto* network = observation.network(attachment.network);
    if (network == nullptr) {
      return fmt::format("network {} is gone", attachment.network);
    }
    const auto endpoint = observed.details.networks.find(attachment.network);
    if (endpoint == observed.details.networks.end()) {
      return fmt::format("not attached to network {}", attachment.network);
    }
    // The engine leaves the id empty for a container that was never started.
    if (!endpoint->second.network_id.empty() && endpoint->second.network_id != network->id) {
      return fmt::format("network {} was replaced", attachment.network);
    }
  }
  for (const auto& mount : desired.spec.mounts) {
    if (mount.kind == docker::MountKind::volume && !observation.has_volume(mount.source)) {
      return fmt::format("volume {} is gone", mount.source);
    }
  }
  return "";
}

// Says what changed where the previous deployment is known; values may be secrets and stay out.
std::string changed_specification(const DesiredContainer& desired, const Desired* previous) {
  const auto* before = previous == nullptr ? nullptr : previous->container(desired.key);
  if (before == nullptr) {
    return "specification changed";
  }
  auto names = differing_facts(before->spec, desired.spec);
  if (names.empty()) {
    return "specification changed";
  }
  constexpr std::size_t k_shown = 4;
  const auto more = names.size() > k_shown ? names.size() - k_shown : 0;
  names.resize(std::min(names.size(), k_shown));
  return fmt::format(
      "{}{} changed", fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

// Empty when the observed container can serve as the desired one.
std::string difference(const Observation& observation,
                       const Desired& target,
                       const DesiredContainer& desired,
                       const ObservedContainer& observed,
                       const Desired* previous) {
  if (observed.spec_hash != desired.spec_hash) {
    return changed_specification(desired, previous);
  }
  if (observed.details.name != desired.spec.name) {
    return "name changed";
  }
  const auto status = observed.details.status;
  if (status == ContainerStatus::dead || status == ContainerStatus::removing) {
    return "the engine could not remove it completely";
  }
  if (const auto image = observation.images.find(desired.image);
      image != observation.images.end() && image->second != observed.details.image_id) {
    return fmt::format("image {} is another one", desired.image);
  }
  return broken_surroundings(observation, target.external_networks, desired, observed);
}

void match(const Observation& observation,
           const Desired& target,
           const DesiredContainer& desired,
           const Desired* previous,
           Comparison& comparison) {
  std::string reason = "not there";
  const ObservedContainer* best = nullptr;
  for (const auto& observed : observation.containers) {
    if (observed.key != desired.key || observed.role == name_of(Role::config)) {
      continue;
    }
    auto why_not = difference(observation, target, desired, observed, previous);
    if (!why_not.empty()) {
      reason = std::move(why_not);
      continue;
    }
    if (best == nullptr || (!occupies(best->details.status) && occupies(observed.details.status))) {
      best = &observed;
    }
  }
  if (best != nullptr) {
    comparison.kept[desired.key] = best;
  } else {
    comparison.reasons[desired.key] = reason;
  }
}

}  // namespace

bool occupies(ContainerStatus status) noexcept {
  return status == ContainerStatus::running || status == ContainerStatus::paused ||
         status == ContainerStatus::restarting;
}

Comparison compare(const Observation& observation, const Desired* target, const Desired* previous) {
  Comparison comparison;
  std::set<const ObservedContainer*> kept;
  if (target != nullptr) {
    for (const auto& desired : target->containers) {
      match(observation, *target, desired, previous, comparison);
    }
    for (const auto& [key, observed] : comparison.kept) {
      kept.insert(observed);
    }
  }
  for (const auto& observed : observation.containers) {
    if (observed.role == name_of(Role::config)) {
      comparison.helpers.push_back(&observed);
    } else if (!kept.contains(&observed)) {
      comparison.obsolete.push_back(&observed);
    }
  }
  return comparison;
}

}  // namespace agent::engine
