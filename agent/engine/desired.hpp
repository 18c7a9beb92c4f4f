#pragma once
// A deployment in the engine's terms: what should exist on the host, under which names, with which
// labels, and in which order containers start. Pure values; made from a deployment by
// `desired.cpp`'s rules alone, so that the same deployment always means the same containers.

#include "agent/docker/container_spec.hpp"
#include "agent/docker/networks.hpp"
#include "agent/docker/volumes.hpp"
#include "agent/journal/records.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::engine {

inline constexpr const char* k_label_app = "io.slipway.app";
inline constexpr const char* k_label_component = "io.slipway.component";
inline constexpr const char* k_label_container = "io.slipway.container";
inline constexpr const char* k_label_deployment = "io.slipway.deployment";
inline constexpr const char* k_label_spec = "io.slipway.spec";
inline constexpr const char* k_label_role = "io.slipway.role";

enum class Role {
  service,  // Runs until it is stopped.
  job,      // Ends by itself; exit code 0 is its health.
  config,   // Never started: exists while files are written through it.
};

[[nodiscard]] std::string_view name_of(Role role) noexcept;

// What must happen before a container that subscribes is started.
enum class TriggerKind { container_start, container_stop, port_listen, exec };

struct Trigger {
  TriggerKind kind = TriggerKind::container_start;
  std::string container;          // Key of the publisher.
  std::uint16_t port = 0;         // port_listen: in the publisher's network namespace.
  std::vector<std::string> argv;  // exec: run in the publisher every two seconds.
  std::chrono::milliseconds timeout{600'000};
  std::string name;  // The event's, for people.
};

enum class ProbeKind {
  none,    // Running is healthy.
  docker,  // The engine runs a HEALTHCHECK.
  http,
  tcp,
};

// Probed by the agent from the engine's network.
struct Probe {
  ProbeKind kind = ProbeKind::none;
  std::uint16_t port = 0;
  std::string path;  // http
  std::chrono::milliseconds interval{10'000};
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds start_period{30'000};
  int retries = 3;
};

struct DesiredContainer {
  std::string key;  // The container's name in the manifest; unique in the application.
  std::string component;
  std::string title;  // For people.
  std::string image;  // The reference; `spec.image` is filled in when the container is created.
  docker::ContainerSpec spec;     // `image` is the reference; restart policy `no`.
  docker::RestartPolicy restart;  // Given at the commit.
  std::string spec_hash;          // The value of the label.
  Role role = Role::service;
  std::vector<std::string> depends_on;  // Keys; all are healthy before it starts.
  std::vector<Trigger> triggers;        // The first that fires starts it.
  Probe probe;
  std::chrono::milliseconds healthy_deadline{600'000};
};

struct ConfigFile {
  std::string path;  // Relative to the directory.
  std::string content;
  std::uint32_t mode = 0644;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// A directory of configuration files, as a volume named by its content.
struct ConfigVolume {
  docker::VolumeSpec volume;
  std::string
      image;  // Of the consumer: the helper is made from it, so that nothing else is needed.
  std::string target;  // Where the consumer mounts it; the files are written there.
  std::vector<ConfigFile> files;
};

struct ReadyProbe {
  ProbeKind kind = ProbeKind::none;
  std::string url;  // http
  int status = 200;
  std::string host;  // tcp
  std::uint16_t port = 0;
  std::chrono::milliseconds timeout{600'000};  // Negative: for ever.
};

struct Desired {
  journal::DeploymentId deployment;
  std::string app;
  std::string title;
  std::string version;
  std::vector<docker::NetworkSpec> networks;
  std::vector<docker::VolumeSpec> volumes;
  std::vector<ConfigVolume> config_volumes;
  std::vector<DesiredContainer> containers;
  ReadyProbe ready;

  [[nodiscard]] const DesiredContainer* container(const std::string& key) const;
};

}  // namespace agent::engine
