#pragma once
// A deployment in the engine's terms: what should exist on the host, under which names, with which
// labels, and in which order containers start. Pure values; made from a deployment by
// `desired.cpp`'s rules alone, so that the same deployment always means the same containers.

#include "agent/base/core/result.hpp"
#include "agent/docker/container_spec.hpp"
#include "agent/docker/networks.hpp"
#include "agent/docker/volumes.hpp"
#include "agent/journal/records.hpp"
#include "agent/render/deployment.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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

struct ConfigFile {
  std::string path;  // Relative to the directory.
  std::string content;
  std::uint32_t mode = 0644;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// Files that are copied into the container itself, where no volume can be mounted.
struct CopiedFiles {
  std::string target;
  std::vector<ConfigFile> files;
};

struct DesiredContainer {
  std::string key;  // The container's name in the manifest; unique in the application.
  std::string component;
  std::string title;  // For people.
  // What the engine is asked for: the pinned id, or the reference. `spec.image` is the same; the
  // engine's id replaces it when the container is created.
  std::string image;
  std::string image_reference;    // "name:tag", for people and for fetching.
  docker::ContainerSpec spec;     // Restart policy `no`.
  docker::RestartPolicy restart;  // Given at the commit.
  std::string spec_hash;          // The value of the label.
  Role role = Role::service;
  std::vector<std::string> depends_on;   // Keys; all are healthy before it starts.
  std::vector<std::string> attached_to;  // Keys; whose namespaces or volumes it shares.
  std::vector<Trigger> triggers;         // The first that fires starts it.
  Probe probe;
  std::vector<CopiedFiles> copied_files;  // Before every start by the agent.
  std::chrono::milliseconds healthy_deadline{600'000};
};

// A directory of configuration files, as a volume named by its content.
struct ConfigVolume {
  docker::VolumeSpec volume;
  std::string
      image;  // Of the consumer: the helper is made from it, so that nothing else is needed.
  std::string
      target;  // Where the consumer mounts it. The engine first copies the image's own files.
  std::vector<ConfigFile> files;
};

struct DesiredVolume {
  docker::VolumeSpec volume;
  // Of its root, when it is made; absent: as in the image.
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::optional<std::uint32_t> mode;

  [[nodiscard]] bool has_owner() const { return uid || gid || mode; }
};

// A directory of the host, made when it is missing.
struct HostDirectory {
  std::string path;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::optional<std::uint32_t> mode;
};

// Asked once everything runs, until it holds once.
struct ReadyProbe {
  ProbeKind kind = ProbeKind::none;
  std::string address;
  std::uint16_t port = 0;
  std::string path;
  std::string host_header;
  int status = 200;
  std::chrono::milliseconds attempt_timeout{5'000};
  std::optional<std::chrono::milliseconds> timeout;  // Absent: for ever.
};

struct Desired {
  journal::DeploymentId deployment;
  std::string app;
  std::string title;
  std::string version;
  std::vector<docker::NetworkSpec> networks;
  std::vector<std::string> external_networks;  // Somebody else's; they must be there.
  std::vector<DesiredVolume> volumes;
  std::vector<HostDirectory> host_directories;
  std::vector<ConfigVolume> config_volumes;
  std::vector<DesiredContainer> containers;
  ReadyProbe ready;
  std::vector<std::string> secrets;  // Values that no text for people may hold.

  [[nodiscard]] const DesiredContainer* container(const std::string& key) const;
  [[nodiscard]] std::set<std::string> images() const;
};

// `label_key` keys the hash in the label io.slipway.spec, so that nobody can check a guess at a
// secret of the container against it. Errors: invalid_input (a ready probe's URL).
base::Result<Desired> desired_of(const render::Deployment& deployment, std::string_view label_key);

}  // namespace agent::engine
