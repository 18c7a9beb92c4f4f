#include "agent/engine/plan_builder.hpp"

#include <algorithm>

namespace agent::engine {
namespace {

bool is_configuration(const docker::VolumeDetails& volume) {
  const auto role = volume.labels.find(k_label_role);
  return role != volume.labels.end() && role->second == name_of(Role::config);
}

bool wants_network(const Desired* target, const std::string& name) {
  return target != nullptr &&
         std::any_of(target->networks.begin(),
                     target->networks.end(),
                     [&](const docker::NetworkSpec& network) { return network.name == name; });
}

bool wants_volume(const Desired* target, const std::string& name) {
  return target != nullptr &&
         std::any_of(target->config_volumes.begin(),
                     target->config_volumes.end(),
                     [&](const ConfigVolume& config) { return config.volume.name == name; });
}

}  // namespace

std::vector<int> PlanBuilder::remove_containers(const std::vector<int>& everything) {
  std::vector<int> removals;
  for (const auto* observed : comparison_.obsolete) {
    if (removed_.contains(observed->details.id)) {
      continue;
    }
    auto after = everything;
    if (target_ == nullptr) {
      after.clear();
      append_if(after, stop_steps_, observed->details.id);
    }
    removals.push_back(add({.kind = StepKind::remove_container,
                            .subject = observed->details.name,
                            .reason = obsolete_reason(*observed),
                            .after = std::move(after),
                            .component = observed->component,
                            .object = observed->details.id}));
  }
  return removals;
}

void PlanBuilder::clean_up(DataVolumes volumes) {
  // A replaced container is kept until everything else is done: when the operation turns back, it
  // only has to be started again.
  std::vector<int> everything;
  for (const auto& step : steps_) {
    everything.push_back(step.id);
  }
  auto removals = remove_containers(everything);
  removals.insert(removals.end(), everything.begin(), everything.end());
  for (const auto& network : observation_.networks) {
    if (!wants_network(target_, network.name)) {
      add({.kind = StepKind::remove_network,
           .subject = network.name,
           .reason =
               target_ == nullptr ? "the application is taken down" : "not part of the deployment",
           .after = removals,
           .object = network.id});
    }
  }
  for (const auto& volume : observation_.volumes) {
    const bool configuration = is_configuration(volume);
    if (configuration ? wants_volume(target_, volume.name) : volumes == DataVolumes::keep) {
      continue;
    }
    add({.kind = configuration ? StepKind::remove_config_volume : StepKind::remove_volume,
         .subject = volume.name,
         .reason = configuration ? "no container uses it any more" : "the data is purged",
         .after = removals,
         .object = volume.name});
  }
}

}  // namespace agent::engine
