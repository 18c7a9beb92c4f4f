#include "agent/engine/plan_builder.hpp"

#include "agent/engine/order.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using docker::ContainerStatus;

std::uint64_t size_of(const ConfigVolume& volume) {
  std::uint64_t size = 0;
  for (const auto& file : volume.files) {
    size += file.content.size();
  }
  return size;
}

}  // namespace

PlanBuilder::PlanBuilder(const Observation& observation,
                         const Desired* target,
                         const Desired* previous,
                         const Comparison& comparison,
                         const PlanOptions& options)
    : observation_(observation),
      target_(target),
      previous_(previous),
      comparison_(comparison),
      resumed_(options.resumed) {}

void PlanBuilder::append_if(std::vector<int>& after,
                            const std::map<std::string, int>& steps,
                            const std::string& key) {
  if (const auto found = steps.find(key); found != steps.end()) {
    after.push_back(found->second);
  }
}

int PlanBuilder::add(Step step) {
  step.id = static_cast<int>(steps_.size());
  std::sort(step.after.begin(), step.after.end());
  step.after.erase(std::unique(step.after.begin(), step.after.end()), step.after.end());
  steps_.push_back(std::move(step));
  return steps_.back().id;
}

void PlanBuilder::prepare_image(const DesiredContainer& container) {
  if (image_steps_.contains(container.image)) {
    return;
  }
  const bool present = observation_.images.contains(container.image);
  image_steps_[container.image] =
      add({.kind = present ? StepKind::check_image : StepKind::pull_image,
           .subject = container.image_reference,
           .reason = present ? "in the engine" : "not in the engine",
           .object = container.image});
}

void PlanBuilder::prepare_configuration() {
  std::vector<int> helpers_gone;
  for (const auto* helper : comparison_.helpers) {
    helpers_gone.push_back(add({.kind = StepKind::remove_container,
                                .subject = helper->details.name,
                                .reason = "left over from an interrupted operation",
                                .component = helper->component,
                                .object = helper->details.id}));
    removed_.insert(helper->details.id);
  }
  if (target_ == nullptr) {
    return;
  }
  for (const auto& config : target_->config_volumes) {
    const auto& name = config.volume.name;
    const bool there = observation_.has_volume(name);
    if (there && observation_.complete.contains(name)) {
      continue;
    }
    auto after = helpers_gone;
    append_if(after, image_steps_, config.image);
    volume_steps_[name] = add({.kind = StepKind::fill_config_volume,
                               .subject = name,
                               .reason = there ? "not completely written" : "not there",
                               .after = std::move(after),
                               .bytes = size_of(config),
                               .object = name});
  }
}

void PlanBuilder::prepare_networks() {
  for (const auto& network : target_->networks) {
    if (observation_.network(network.name) == nullptr) {
      network_steps_[network.name] = add({.kind = StepKind::create_network,
                                          .subject = network.name,
                                          .reason = "not there",
                                          .object = network.name});
    }
  }
}

void PlanBuilder::prepare_storage() {
  for (const auto& volume : target_->volumes) {
    const auto& name = volume.volume.name;
    const bool there = observation_.has_volume(name);
    if (!there || (volume.has_owner() && !observation_.complete.contains(name))) {
      volume_steps_[name] = add({.kind = StepKind::create_volume,
                                 .subject = name,
                                 .reason = there ? "its owner was not set yet" : "not there",
                                 .object = name});
    }
  }
  for (const auto& directory : target_->host_directories) {
    if (!observation_.directories.contains(directory.path)) {
      volume_steps_[directory.path] = add({.kind = StepKind::create_directory,
                                           .subject = directory.path,
                                           .reason = "not there",
                                           .object = directory.path});
    }
  }
}

void PlanBuilder::prepare() {
  if (target_ != nullptr) {
    for (const auto& container : target_->containers) {
      if (!comparison_.kept.contains(container.key)) {
        prepare_image(container);
      }
    }
    prepare_networks();
    prepare_storage();
  }
  prepare_configuration();
}

bool PlanBuilder::name_is_taken(const DesiredContainer& container) const {
  return std::any_of(
      comparison_.obsolete.begin(), comparison_.obsolete.end(), [&](const auto* observed) {
        return observed->details.name == container.spec.name;
      });
}

void PlanBuilder::create_container(const DesiredContainer& container, std::vector<int> after) {
  append_if(after, image_steps_, container.image);
  for (const auto& attachment : container.spec.networks) {
    append_if(after, network_steps_, attachment.network);
  }
  for (const auto& mount : container.spec.mounts) {
    append_if(after, volume_steps_, mount.source);
  }
  for (const auto& other : container.attached_to) {
    append_if(after, create_steps_, other);
  }
  create_steps_[container.key] = add({.kind = StepKind::create_container,
                                      .subject = container.spec.name,
                                      .reason = comparison_.reasons.at(container.key),
                                      .after = std::move(after),
                                      .component = container.component,
                                      .object = container.key});
}

void PlanBuilder::create() {
  if (target_ != nullptr) {
    for (const auto& key : ordered(dependencies_of(*target_))) {
      const auto& container = *target_->container(key);
      if (!comparison_.kept.contains(key) && !name_is_taken(container)) {
        create_container(container, {});
      }
    }
  }
  for (const auto& step : steps_) {
    preparation_.push_back(step.id);
  }
}

std::string PlanBuilder::obsolete_reason(const ObservedContainer& observed) const {
  if (target_ == nullptr) {
    return "the application is taken down";
  }
  if (const auto found = comparison_.reasons.find(observed.key);
      found != comparison_.reasons.end()) {
    return "replaced: " + found->second;
  }
  return comparison_.kept.contains(observed.key) ? "there is another one in its place"
                                                 : "not part of the deployment";
}

std::vector<const ObservedContainer*> PlanBuilder::stop_sequence() const {
  // The deployment that is left knows best who needs whom; what it does not know, the target may.
  Edges edges;
  for (const auto* desired : {target_, previous_}) {
    if (desired != nullptr) {
      for (auto& [key, before] : start_order_of(*desired)) {
        edges[key] = before;
      }
    }
  }
  for (const auto& observed : observation_.containers) {
    edges.try_emplace(observed.key);
  }
  auto keys = ordered(edges);
  std::reverse(keys.begin(), keys.end());
  std::vector<const ObservedContainer*> sequence;
  for (const auto& key : keys) {
    for (const auto* observed : comparison_.obsolete) {
      if (observed->key == key) {
        sequence.push_back(observed);
      }
    }
    const auto kept = comparison_.kept.find(key);
    if (kept != comparison_.kept.end() && kept->second->details.status == ContainerStatus::paused) {
      sequence.push_back(kept->second);
    }
  }
  return sequence;
}

void PlanBuilder::stop_one(const ObservedContainer& observed,
                           const std::string& reason,
                           Downtime downtime) {
  const auto& id = observed.details.id;
  auto after = preparation_;
  if (observed.details.restart.kind != docker::RestartKind::no) {
    after = {add({.kind = StepKind::disable_restart,
                  .subject = observed.details.name,
                  .reason = "a planned stop must stay one",
                  .after = preparation_,
                  .component = observed.component,
                  .object = id})};
  }
  for (const auto* other : comparison_.obsolete) {
    // Those that need this one, which come earlier in the sequence.
    for (const auto* desired : {previous_, target_}) {
      const auto* dependent = desired == nullptr ? nullptr : desired->container(other->key);
      if (dependent != nullptr &&
          std::find(dependent->depends_on.begin(), dependent->depends_on.end(), observed.key) !=
              dependent->depends_on.end()) {
        append_if(after, stop_steps_, other->details.id);
      }
    }
  }
  stop_steps_[id] = add({.kind = StepKind::stop_container,
                         .subject = observed.details.name,
                         .reason = reason,
                         .after = std::move(after),
                         .downtime = downtime,
                         .component = observed.component,
                         .object = id,
                         .grace = observed.details.stop_timeout});
}

void PlanBuilder::stop() {
  for (const auto* observed : stop_sequence()) {
    if (!occupies(observed->details.status)) {
      continue;
    }
    const bool leaves = target_ == nullptr || target_->container(observed->key) == nullptr;
    const bool paused =
        comparison_.kept.contains(observed->key) && comparison_.kept.at(observed->key) == observed;
    stop_one(*observed,
             paused ? "paused" : obsolete_reason(*observed),
             leaves ? Downtime::stop : Downtime::restart);
  }
}

void PlanBuilder::recreate() {
  for (const auto* observed : comparison_.obsolete) {
    const bool in_the_way =
        target_ != nullptr &&
        std::any_of(
            target_->containers.begin(), target_->containers.end(), [&](const auto& container) {
              return !comparison_.kept.contains(container.key) &&
                     container.spec.name == observed->details.name;
            });
    if (in_the_way) {
      auto after = preparation_;
      append_if(after, stop_steps_, observed->details.id);
      remove_steps_[observed->details.name] = add({.kind = StepKind::remove_container,
                                                   .subject = observed->details.name,
                                                   .reason = obsolete_reason(*observed),
                                                   .after = std::move(after),
                                                   .component = observed->component,
                                                   .object = observed->details.id});
      removed_.insert(observed->details.id);
    }
  }
  if (target_ == nullptr) {
    return;
  }
  for (const auto& key : ordered(dependencies_of(*target_))) {
    const auto& container = *target_->container(key);
    if (!comparison_.kept.contains(key) && name_is_taken(container)) {
      create_container(container, {remove_steps_.at(container.spec.name)});
    }
  }
}

}  // namespace agent::engine
