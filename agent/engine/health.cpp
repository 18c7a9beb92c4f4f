#include "agent/engine/health.hpp"

#include <fmt/format.h>

namespace agent::engine {
namespace {

using docker::ContainerStatus;
using docker::HealthStatus;

struct Finding {
  Condition condition = Condition::ready;
  std::string reason;
};

std::string ending(const docker::ContainerDetails& details) {
  constexpr int k_killed = 137;
  auto text = fmt::format("ended with exit code {}", details.exit_code);
  if (details.oom_killed) {
    text += " (out of memory)";
  } else if (details.exit_code == k_killed) {
    text += " (killed)";
  }
  return details.error.empty() ? text : fmt::format("{}: {}", text, details.error);
}

Finding running(const DesiredContainer& desired,
                const docker::ContainerDetails& details,
                const ProbeHealth* probed) {
  if (desired.role == Role::job) {
    return {.condition = Condition::updating, .reason = "at work"};
  }
  if (details.health == HealthStatus::unhealthy) {
    return {.condition = Condition::degraded, .reason = "unhealthy by its own health check"};
  }
  if (details.health == HealthStatus::starting) {
    return {.condition = Condition::updating, .reason = "starting"};
  }
  if (probed == nullptr) {
    return {};
  }
  switch (probed->verdict()) {
    case ProbeHealth::Verdict::healthy:
      return {};
    case ProbeHealth::Verdict::starting:
      return {.condition = Condition::updating,
              .reason = probed->detail().empty() ? std::string("starting")
                                                 : fmt::format("starting: {}", probed->detail())};
    case ProbeHealth::Verdict::unhealthy:
      return {.condition = Condition::degraded,
              .reason = fmt::format("unhealthy: {}", probed->detail())};
  }
  return {};
}

Finding finding(const DesiredContainer& desired,
                const docker::ContainerDetails& details,
                const ProbeHealth* probed) {
  switch (details.status) {
    case ContainerStatus::running:
      return running(desired, details, probed);
    case ContainerStatus::paused:
      return {.condition = Condition::degraded, .reason = "paused by somebody"};
    case ContainerStatus::restarting:
      return {.condition = Condition::degraded,
              .reason = fmt::format("restarting, it {}", ending(details))};
    case ContainerStatus::created:
      return {.condition = Condition::unavailable, .reason = "created and not started"};
    case ContainerStatus::exited:
    case ContainerStatus::dead:
      if (desired.role == Role::job && details.exit_code == 0) {
        return {};
      }
      return {.condition = Condition::unavailable, .reason = ending(details)};
    case ContainerStatus::removing:
      return {.condition = Condition::unavailable, .reason = "being removed"};
    case ContainerStatus::unknown:
      return {.condition = Condition::unavailable, .reason = "in a state the agent does not know"};
  }
  return {};
}

std::string health_text(const docker::ContainerDetails& details, const ProbeHealth* probed) {
  if (details.status != ContainerStatus::running) {
    return "none";
  }
  if (probed == nullptr) {
    return std::string(docker::name_of(details.health));
  }
  switch (probed->verdict()) {
    case ProbeHealth::Verdict::starting:
      return "starting";
    case ProbeHealth::Verdict::healthy:
      return "healthy";
    case ProbeHealth::Verdict::unhealthy:
      return "unhealthy";
  }
  return "none";
}

void describe(const docker::ContainerDetails& details, ComponentView& view) {
  view.container = details.name;
  view.container_id = details.id;
  view.image_id = details.image_id;
  view.status = docker::name_of(details.status);
  view.restarts = details.restart_count;
  view.exit_code = details.exit_code;
  view.created = details.created;
  view.started = details.started;
  for (const auto& port : details.ports) {
    view.ports.push_back({.host_ip = port.host_ip,
                          .host_port = port.host_port,
                          .container_port = port.container_port,
                          .protocol = std::string(docker::name_of(port.protocol))});
  }
}

}  // namespace

void ProbeHealth::record(const Probe& probe,
                         bool healthy,
                         const std::string& detail,
                         std::chrono::milliseconds running_for) {
  detail_ = detail;
  if (healthy) {
    verdict_ = Verdict::healthy;
    failures_ = 0;
    return;
  }
  if (verdict_ == Verdict::starting && running_for < probe.start_period) {
    return;
  }
  if (++failures_ >= probe.retries) {
    verdict_ = Verdict::unhealthy;
  }
}

ComponentView view_of(const DesiredContainer& desired,
                      const docker::ContainerDetails* details,
                      const ProbeHealth* probed,
                      OperationPresence operation) {
  ComponentView view{.name = desired.key,
                     .component = desired.component,
                     .image = desired.image_reference,
                     .role = std::string(name_of(desired.role)),
                     .health = "none"};
  Finding found{.condition = Condition::missing, .reason = "there is no such container"};
  if (details != nullptr) {
    describe(*details, view);
    view.health = health_text(*details, probed);
    found = finding(desired, *details, probed);
  }
  view.condition = found.condition;
  view.reason = found.reason;
  if (operation == OperationPresence::under_way && view.condition != Condition::ready) {
    view.condition = Condition::updating;
  }
  return view;
}

Overall overall_of(const std::vector<ComponentView>& components) {
  Overall overall;
  for (const auto& component : components) {
    if (component.condition > overall.condition) {
      overall = {.condition = component.condition,
                 .reason = fmt::format("{}: {}", component.name, component.reason)};
    }
  }
  return overall;
}

}  // namespace agent::engine
