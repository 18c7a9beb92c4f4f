// The part of a plan that starts containers, waits for them, and commits them.
#include "agent/engine/order.hpp"
#include "agent/engine/plan_builder.hpp"

namespace agent::engine {
namespace {

std::vector<int> values_of(const std::map<std::string, int>& steps) {
  std::vector<int> ids;
  ids.reserve(steps.size());
  for (const auto& [key, id] : steps) {
    ids.push_back(id);
  }
  return ids;
}

// A job that has ended well is done and stays so.
bool is_finished_job(const DesiredContainer& desired, const ObservedContainer& observed) {
  return desired.role == Role::job && observed.details.status == docker::ContainerStatus::exited &&
         observed.details.exit_code == 0;
}

// An old and a new container never share a key, a host port, or a volume or folder of the host that
// the new one writes: two databases must not meet in one place.
bool must_wait_for(const DesiredContainer& container, const ObservedContainer& leaving) {
  if (leaving.key == container.key) {
    return true;
  }
  for (const auto& binding : container.spec.ports) {
    for (const auto& port : leaving.details.ports) {
      if (binding.host_port && *binding.host_port == port.host_port) {
        return true;
      }
    }
  }
  for (const auto& mount : container.spec.mounts) {
    for (const auto& held : leaving.details.mounts) {
      const auto& held_source = held.kind == docker::MountKind::bind ? held.source : held.name;
      if (mount.kind == held.kind && held_source == mount.source &&
          mount.access == docker::MountAccess::read_write) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::vector<int> PlanBuilder::before_start(const DesiredContainer& container,
                                           const ObservedContainer* observed) const {
  auto before = preparation_;
  append_if(before, create_steps_, container.key);
  for (const auto* leaving : comparison_.obsolete) {
    if (must_wait_for(container, *leaving)) {
      append_if(before, stop_steps_, leaving->details.id);
    }
  }
  if (observed != nullptr) {
    append_if(before, stop_steps_, observed->details.id);
  }
  for (const auto& dependency : container.depends_on) {
    append_if(before, await_steps_, dependency);
  }
  for (const auto& other : container.attached_to) {
    append_if(before, await_steps_, other);
  }
  return before;
}

void PlanBuilder::start_one(const DesiredContainer& container) {
  const auto kept = comparison_.kept.find(container.key);
  const auto* observed = kept == comparison_.kept.end() ? nullptr : kept->second;
  const bool stopped_here = observed != nullptr && stop_steps_.contains(observed->details.id);
  const bool runs = observed != nullptr && !stopped_here && occupies(observed->details.status);
  if (observed != nullptr && is_finished_job(container, *observed)) {
    return;
  }
  const bool committed = runs && observed->details.restart != docker::RestartPolicy{};
  const bool settled = runs && container.restart == docker::RestartPolicy{} && !resumed_;
  if (committed || settled) {
    return;
  }
  const auto name = observed == nullptr ? container.spec.name : observed->details.name;
  std::vector<int> after;
  if (!runs) {
    after = {add({.kind = StepKind::start_container,
                  .subject = name,
                  .reason = observed == nullptr ? "created"
                            : stopped_here      ? "paused"
                                                : "not running",
                  .after = before_start(container, observed),
                  .component = container.component,
                  .object = container.key})};
  }
  await_steps_[container.key] =
      add({.kind = StepKind::await_healthy,
           .subject = name,
           .reason = runs ? "started by an interrupted operation" : "started",
           .after = std::move(after),
           .component = container.component,
           .object = container.key});
}

void PlanBuilder::start() {
  if (target_ == nullptr) {
    return;
  }
  for (const auto& key : ordered(dependencies_of(*target_))) {
    start_one(*target_->container(key));
  }
}

void PlanBuilder::commit() {
  if (target_ == nullptr) {
    return;
  }
  const auto everything_healthy = values_of(await_steps_);
  for (const auto& container : target_->containers) {
    const auto kept = comparison_.kept.find(container.key);
    const auto* observed = kept == comparison_.kept.end() ? nullptr : kept->second;
    const auto at_commit = observed == nullptr || stop_steps_.contains(observed->details.id)
                               ? docker::RestartPolicy{}
                               : observed->details.restart;
    if (at_commit == container.restart) {
      continue;
    }
    add({.kind = StepKind::set_restart_policy,
         .subject = observed == nullptr ? container.spec.name : observed->details.name,
         .reason = await_steps_.contains(container.key) ? "healthy" : "restart policy changed",
         .after = everything_healthy,
         .component = container.component,
         .object = container.key});
  }
}

}  // namespace agent::engine
