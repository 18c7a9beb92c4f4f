#pragma once
// What the agent tells about the application: plain values, copied out under no lock of the caller.

#include "agent/engine/plan.hpp"
#include "agent/journal/records.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::engine {

// Ordered from good to bad; the application is as well as its worst component.
enum class Condition {
  ready,
  updating,     // An operation is at work on it, or it has been started and is not healthy yet.
  degraded,     // Running, with something wrong: unhealthy, restarting often.
  unavailable,  // Not running and should be.
  missing,      // No such container.
};

[[nodiscard]] std::string_view name_of(Condition condition) noexcept;

struct PublishedPort {
  std::string host_ip;  // As Docker has it; empty for all addresses.
  std::uint16_t host_port = 0;
  std::uint16_t container_port = 0;
  std::string protocol;  // "tcp", "udp" or "sctp"
};

// One row per container of the current deployment.
struct ComponentView {
  std::string name;  // The container's key in the deployment: what routes and verbs name it by.
  std::string component;  // The component it belongs to.
  Condition condition = Condition::missing;
  std::string reason;        // Why it is not ready; empty when it is.
  std::string container;     // Docker's name of it; empty when missing.
  std::string container_id;  // Empty when missing.
  std::string image;         // The reference from the manifest.
  std::string image_id;
  std::string role;    // "service" or "job"
  std::string status;  // Docker's: "running", "exited", ...; empty when missing.
  std::string health;  // "healthy", "unhealthy", "starting", "none"
  int restarts = 0;    // By Docker, since the container was created.
  int exit_code = 0;
  std::optional<base::WallTime> created;
  std::optional<base::WallTime> started;
  std::vector<PublishedPort> ports;
  std::vector<journal::Decision> decisions;  // The last ones, newest first.
};

struct EngineView {
  bool reachable = false;
  std::string version;
  std::string api_version;
  std::string problem;  // Empty when reachable.
};

struct SnapshotView {
  bool configured = false;
  std::string problem;  // "no snapshot target configured", ...
};

// Progress of a step that moves bytes.
struct Progress {
  int step = 0;
  std::uint64_t current = 0;
  std::uint64_t total = 0;  // 0 when unknown.
  std::string text;
};

struct OperationView {
  journal::OperationRecord record;
  std::vector<journal::StepRecord> steps;  // Of all attempts, in order.
  std::vector<Progress> progress;          // Of steps at work.
  std::string waiting;  // Why it stands still as a whole; empty when it does not.
};

struct StatusView {
  std::string app;  // Empty when nothing is installed.
  std::string app_name;
  std::string version;
  std::optional<journal::DeploymentId> deployment;
  Condition condition = Condition::missing;
  std::string reason;
  EngineView engine;
  SnapshotView snapshot;
  std::optional<OperationView> operation;  // The one under way.
};

struct ImageView {
  std::string reference;
  std::string image_id;  // Empty when the engine does not have it.
  std::uint64_t bytes = 0;
  std::vector<std::string> used_by;  // Names of containers.
};

}  // namespace agent::engine
