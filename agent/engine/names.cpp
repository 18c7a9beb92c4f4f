#include "agent/engine/desired.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/views.hpp"

#include <algorithm>
#include <numeric>

namespace agent::engine {

std::string_view name_of(StepKind kind) noexcept {
  switch (kind) {
    case StepKind::check_image:
      return "check_image";
    case StepKind::pull_image:
      return "pull_image";
    case StepKind::create_network:
      return "create_network";
    case StepKind::create_volume:
      return "create_volume";
    case StepKind::create_directory:
      return "create_directory";
    case StepKind::fill_config_volume:
      return "fill_config_volume";
    case StepKind::disable_restart:
      return "disable_restart";
    case StepKind::stop_container:
      return "stop_container";
    case StepKind::remove_container:
      return "remove_container";
    case StepKind::create_container:
      return "create_container";
    case StepKind::start_container:
      return "start_container";
    case StepKind::await_healthy:
      return "await_healthy";
    case StepKind::set_restart_policy:
      return "set_restart_policy";
    case StepKind::remove_network:
      return "remove_network";
    case StepKind::remove_volume:
      return "remove_volume";
    case StepKind::remove_config_volume:
      return "remove_config_volume";
  }
  return "unknown";
}

std::string_view name_of(Downtime downtime) noexcept {
  switch (downtime) {
    case Downtime::none:
      return "none";
    case Downtime::restart:
      return "restart";
    case Downtime::stop:
      return "stop";
  }
  return "none";
}

std::string_view name_of(Role role) noexcept {
  switch (role) {
    case Role::service:
      return "service";
    case Role::job:
      return "job";
    case Role::config:
      return "config";
  }
  return "service";
}

std::string_view name_of(Condition condition) noexcept {
  switch (condition) {
    case Condition::ready:
      return "ready";
    case Condition::updating:
      return "updating";
    case Condition::degraded:
      return "degraded";
    case Condition::unavailable:
      return "unavailable";
    case Condition::missing:
      return "missing";
  }
  return "missing";
}

Downtime Plan::downtime() const {
  auto worst = Downtime::none;
  for (const auto& step : steps) {
    worst = std::max(worst, step.downtime);
  }
  return worst;
}

std::uint64_t Plan::bytes() const {
  return std::accumulate(
      steps.begin(), steps.end(), std::uint64_t{0}, [](std::uint64_t sum, const Step& step) {
        return sum + step.bytes;
      });
}

const DesiredContainer* Desired::container(const std::string& key) const {
  const auto found = std::find_if(containers.begin(), containers.end(), [&](const auto& candidate) {
    return candidate.key == key;
  });
  return found == containers.end() ? nullptr : &*found;
}

std::set<std::string> Desired::images() const {
  std::set<std::string> images;
  for (const auto& container : containers) {
    images.insert(container.image);
  }
  return images;
}

}  // namespace agent::engine
