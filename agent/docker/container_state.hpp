#pragma once
// What the engine says about containers. Fields that an engine leaves out keep their defaults.

#include "agent/base/core/clock.hpp"
#include "agent/docker/container_spec.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::docker {

enum class ContainerStatus {
  created,
  running,
  paused,
  restarting,
  removing,
  exited,
  dead,
  unknown
};
enum class HealthStatus { none, starting, healthy, unhealthy };  // none: no health check.

std::string_view name_of(ContainerStatus status) noexcept;
std::string_view name_of(HealthStatus status) noexcept;

struct Endpoint {
  std::string network_id;
  std::string endpoint_id;
  std::string ipv4;
  std::string ipv6;
  std::string gateway;
  std::string mac;
  std::vector<std::string> aliases;
};

struct MountPoint {
  MountKind kind = MountKind::volume;
  std::string name;    // Of a volume.
  std::string source;  // Path on the host.
  std::string target;
  MountAccess access = MountAccess::read_write;
};

struct PublishedPort {
  std::uint16_t container_port = 0;
  Protocol protocol = Protocol::tcp;
  std::string host_ip;
  std::uint16_t host_port = 0;
};

struct ContainerDetails {
  std::string id;
  std::string name;      // Without the leading slash.
  std::string image_id;  // "sha256:...".
  std::string image;     // As given at creation.
  std::optional<base::WallTime> created;

  ContainerStatus status = ContainerStatus::unknown;
  HealthStatus health = HealthStatus::none;
  int failing_streak = 0;
  std::string last_health_output;  // Of the latest probe; the engine keeps 4096 bytes.
  int pid = 0;                     // On the engine's host; 0 unless it runs.
  int exit_code = 0;
  bool oom_killed = false;  // Some kernels leave it false: look at exit code 137 too.
  std::string error;        // Why it did not start.
  int restart_count = 0;
  std::optional<base::WallTime> started;
  std::optional<base::WallTime> finished;

  std::map<std::string, std::string> labels;
  std::map<std::string, Endpoint> networks;  // By network name.
  std::vector<MountPoint> mounts;
  std::vector<PublishedPort> ports;
  RestartPolicy restart;
  std::string network_mode;
  std::string log_driver;
  bool tty = false;
  std::chrono::seconds stop_timeout{10};  // Then it is killed.

  [[nodiscard]] bool running() const noexcept { return status == ContainerStatus::running; }
};

struct ContainerSummary {
  std::string id;
  std::string name;
  std::string image;
  std::string image_id;
  ContainerStatus status = ContainerStatus::unknown;
  std::string status_text;             // "Up 3 minutes (healthy)".
  std::optional<HealthStatus> health;  // From the field of 1.52, else from status_text.
  std::map<std::string, std::string> labels;
  std::vector<PublishedPort> ports;
  std::vector<std::string> networks;
};

// One sample; rates come from two of them.
struct ContainerStats {
  std::uint64_t cpu_nanoseconds = 0;         // Used by the container since its start.
  std::uint64_t system_cpu_nanoseconds = 0;  // Of the host, at the same moment.
  std::uint32_t online_cpus = 0;
  std::uint64_t memory_bytes = 0;  // Without the page cache that can be dropped.
  std::uint64_t memory_limit = 0;
  std::uint64_t network_received = 0;
  std::uint64_t network_sent = 0;
  std::uint64_t disk_read = 0;
  std::uint64_t disk_written = 0;
  std::uint64_t pids = 0;
};

}  // namespace agent::docker
