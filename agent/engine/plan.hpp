#pragma once
// What an operation would do, as data: steps, the order among them, and a reason for each.

#include "agent/journal/records.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::engine {

enum class StepKind {
  check_image,  // The image is in the engine; nothing is done.
  pull_image,   // It is not, and its reference names a host to pull from.
  create_network,
  create_volume,
  create_directory,    // On the host, with owner and mode.
  fill_config_volume,  // Creates a configuration directory's volume and writes its files.
  disable_restart,     // Restart policy `no`, so that a planned stop stays one.
  stop_container,
  remove_container,
  create_container,
  start_container,     // Waits first for what it depends on and for its events.
  await_healthy,       // Waits until the container is healthy, or a job has ended well.
  set_restart_policy,  // What the manifest asks for; the commit of a container.
  remove_network,
  remove_volume,  // Data goes; only when the operation purges.
  remove_config_volume,
};

// What users notice of a step.
enum class Downtime { none, restart, stop };

[[nodiscard]] std::string_view name_of(StepKind kind) noexcept;
[[nodiscard]] std::string_view name_of(Downtime downtime) noexcept;

struct Step {
  int id = 0;  // Its index in Plan::steps.
  StepKind kind = StepKind::check_image;
  std::string subject;     // For people: a container's, image's, network's or volume's name.
  std::string reason;      // "not there", "env PUBLIC_URL changed", ...
  std::vector<int> after;  // Ids of steps that are done before this one begins; all are smaller.
  Downtime downtime = Downtime::none;
  std::uint64_t bytes = 0;  // To fetch or to write, when known beforehand.
  std::string component;    // Empty for what belongs to no component.
  // What the executor acts on: the engine's id of something observed, or the key of something in
  // the target deployment (a container's key, an image reference, a network's or volume's name).
  std::string object;
  std::chrono::seconds grace{0};  // stop_container: what the container may take to end.
};

struct PlanId {
  std::string value;
  auto operator<=>(const PlanId&) const = default;
};

enum class Action { apply, down };

struct Plan {
  PlanId id;
  journal::OperationKind kind = journal::OperationKind::apply;
  std::string app;
  std::string version;  // Of the target; empty for `down`.
  std::string
      fingerprint;  // Of what was observed. Executing against anything else is `stale_plan`.
  std::optional<journal::DeploymentId> target;
  std::optional<journal::DeploymentId> previous;  // What the host runs.
  base::WallTime created;
  std::vector<std::string> warnings;  // About the manifest, for people.
  bool purge = false;
  std::vector<Step> steps;  // Empty: nothing to do.

  [[nodiscard]] Downtime downtime() const;  // The worst of its steps.
  [[nodiscard]] std::uint64_t bytes() const;
};

}  // namespace agent::engine
