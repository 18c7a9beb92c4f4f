#include "agent/engine/checks.hpp"

#include "agent/engine/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace agent::engine {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::seconds k_deadline{30};
// Container layers, configuration and the journal need little; less than this is a full disk.
constexpr std::uint64_t k_least_free = 64ULL << 20U;

base::Status check_images(const CheckParts& parts, const Plan& plan) {
  for (const auto& step : plan.steps) {
    if (step.kind == StepKind::pull_image) {
      BASE_TRY(parts.images.can_fetch(step.subject));
    }
  }
  return base::ok();
}

base::Status check_networks(const CheckParts& parts, const Desired& target) {
  for (const auto& name : target.external_networks) {
    const auto network = parts.engine.inspect_network(name, {.deadline = k_deadline});
    if (!network && network.error().code == ErrorCode::not_found) {
      return Error{.code = ErrorCode::not_found,
                   .message = fmt::format("network {} is not in the engine", name),
                   .hint = "Create it; the manifest says that it is made by somebody else.",
                   .reason = "network_missing"};
    }
    BASE_TRY(network);
  }
  return base::ok();
}

base::Status check_space(const CheckParts& parts, const Plan& plan) {
  BASE_TRY_ASSIGN(const auto info, parts.engine.info({.deadline = k_deadline}));
  const auto needed = k_least_free + plan.bytes();
  for (const auto& path : {std::filesystem::path(info.data_root), parts.state_dir}) {
    const auto free = parts.host.free_bytes(path);
    if (free && *free < needed) {
      return Error{
          .code = ErrorCode::io,
          .message = fmt::format(
              "{} has {} MB free, {} MB are needed", path.string(), *free >> 20U, needed >> 20U),
          .hint = "Free some space on that disk, then apply again.",
          .reason = "disk_full"};
    }
  }
  return base::ok();
}

bool is_every_address(const std::string& address) {
  return address.empty() || address == "0.0.0.0" || address == "::";
}

bool overlap(const std::string& left, const std::string& right) {
  return left == right || is_every_address(left) || is_every_address(right);
}

// Ports that our own containers hold are free again when those are stopped, and are right where
// those stay.
bool is_ours(const Observation& observation, const docker::PortBinding& binding) {
  return std::any_of(
      observation.containers.begin(), observation.containers.end(), [&](const auto& container) {
        const auto& ports = container.details.ports;
        return occupies(container.details.status) &&
               std::any_of(ports.begin(), ports.end(), [&](const auto& published) {
                 return published.host_port == binding.host_port &&
                        published.protocol == binding.protocol &&
                        overlap(published.host_ip, binding.host_ip);
               });
      });
}

// A container of somebody else; with the engine's proxy switched off no socket shows it.
std::string foreign_container(const std::vector<docker::ContainerSummary>& all,
                              const std::string& app,
                              const docker::PortBinding& binding) {
  for (const auto& container : all) {
    const auto label = container.labels.find(k_label_app);
    if (label != container.labels.end() && label->second == app) {
      continue;
    }
    for (const auto& published : container.ports) {
      if (published.host_port == binding.host_port && published.protocol == binding.protocol &&
          overlap(published.host_ip, binding.host_ip)) {
        return container.name;
      }
    }
  }
  return "";
}

base::Status check_port(const CheckParts& parts,
                        const std::vector<docker::ContainerSummary>& all,
                        const std::string& app,
                        const DesiredContainer& container,
                        const docker::PortBinding& binding) {
  auto holder = foreign_container(all, app, binding);
  if (!holder.empty()) {
    holder = "container " + holder;
  } else {
    const auto found =
        parts.host.port_holder(binding.host_ip, *binding.host_port, binding.protocol);
    if (!found) {
      return base::ok();
    }
    holder = found->text.empty() ? "another process" : found->text;
  }
  return Error{
      .code = ErrorCode::conflict,
      .message = fmt::format("port {} of the host, which container {} needs, is held by {}",
                             *binding.host_port,
                             container.key,
                             holder),
      .hint = "Stop what holds the port, or choose another one in the settings.",
      .reason = "port_in_use"};
}

base::Status check_ports(const CheckParts& parts,
                         const Plan& plan,
                         const Observation& observation,
                         const Desired& target) {
  std::set<std::string> starting;
  for (const auto& step : plan.steps) {
    if (step.kind == StepKind::start_container) {
      starting.insert(step.object);
    }
  }
  if (starting.empty()) {
    return base::ok();
  }
  BASE_TRY_ASSIGN(const auto all,
                  parts.engine.list_containers({.all = false}, {.deadline = k_deadline}));
  for (const auto& container : target.containers) {
    if (!starting.contains(container.key)) {
      continue;
    }
    for (const auto& binding : container.spec.ports) {
      if (binding.host_port && !is_ours(observation, binding)) {
        BASE_TRY(check_port(parts, all, target.app, container, binding));
      }
    }
  }
  return base::ok();
}

}  // namespace

base::Status check(const CheckParts& parts,
                   const Plan& plan,
                   const Observation& observation,
                   const Desired& target) {
  if (plan.steps.empty()) {
    return base::ok();
  }
  BASE_TRY(check_images(parts, plan));
  BASE_TRY(check_networks(parts, target));
  BASE_TRY(check_ports(parts, plan, observation, target));
  return check_space(parts, plan);
}

}  // namespace agent::engine
