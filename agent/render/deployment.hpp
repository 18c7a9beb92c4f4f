#pragma once
// What is to run: the immutable result of rendering a manifest. Two deployments with the same id
// are the same in everything that matters to a host.

#include "agent/base/core/result.hpp"
#include "agent/render/container.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::render {

enum class EventTrigger { container_start, container_stop, port_listen, exec };

// The original's start order: when the event fires, its subscribers start. A container that
// subscribes to several starts with the first of them.
struct PublishEvent {
  std::string name;
  EventTrigger trigger = EventTrigger::container_start;
  std::string data;               // port_listen: the container's port.
  std::vector<std::string> args;  // exec: the argument vector.
  std::optional<std::chrono::seconds> timeout = std::chrono::seconds(600);  // Unset: no limit.
  std::vector<std::string> subscribers;                                     // Keys of containers.

  bool operator==(const PublishEvent&) const = default;
};

enum class UpdateOrder { stop_first, start_first };

struct Update {
  UpdateOrder order = UpdateOrder::stop_first;
  std::chrono::milliseconds min_healthy_time{10'000};
  std::chrono::milliseconds healthy_deadline{300'000};

  bool operator==(const Update&) const = default;
};

struct Container {
  std::string component;  // Name of the component, as in the manifest.
  // Unique in the deployment and fit for a URL and a Docker name: the manifest's `name`, else the
  // last part of `image_name` (manifest/container_index.hpp).
  std::string key;
  std::string service;       // The key as [a-z0-9-] only, unique too: the network alias.
  std::string display_name;  // For people; never empty.
  std::string docker_name;   // The name the manifest insists on; empty: the agent makes one.
  ImageReference image;
  std::optional<std::vector<std::string>> cmd;         // Unset: the image's.
  std::optional<std::vector<std::string>> entrypoint;  // Unset: the image's.
  std::vector<EnvVar> env;                             // In the order of the manifest.
  std::vector<Label> labels;                           // The vendor's own; without io.slipway.*.
  std::vector<Port> ports;
  bool publish_all_ports = false;         // Every EXPOSEd port on some host port.
  std::vector<Mount> mounts;              // Without those of `config`.
  std::vector<std::string> tmpfs;         // Absolute paths, each perhaps with ":options".
  std::vector<std::string> volumes_from;  // Keys of containers.
  std::vector<ConfigDirectory> config;    // Sorted by target.
  std::string user;
  std::string hostname;
  std::string stop_signal;
  std::optional<std::chrono::seconds> stop_timeout;
  bool read_only_root = false;
  bool privileged = false;
  bool tty = false;
  bool init = false;
  bool oom_kill_disable = false;
  std::vector<std::string> cap_add;
  std::vector<std::string> cap_drop;
  std::vector<std::string> security_options;
  std::vector<Ulimit> ulimits;
  std::optional<std::uint64_t> shm_bytes;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::int64_t> memory_swap_bytes;  // -1: unlimited.
  std::optional<std::uint64_t> cpu_shares;
  std::optional<std::uint64_t> pids_limit;
  std::vector<ExtraHost> extra_hosts;
  std::vector<std::string> links;    // "container:alias", as Docker takes them.
  std::string network_mode;          // "host", "none", "container:<key>"; empty: `networks` hold.
  std::vector<Attachment> networks;  // Empty when network_mode is given.
  std::string pid_mode;
  LogConfig log;

  // From here on: what the agent does with the container.
  Restart restart;
  bool ephemeral = false;  // Expected to exit; its exit is no failure.
  std::optional<Health> health;
  std::vector<std::string> depends_on;  // Keys; all healthy (ephemeral: exited with 0) first.
  std::vector<PublishEvent> publish_events;
  Update update;

  bool operator==(const Container&) const = default;
};

struct Network {
  std::string name;
  bool external = false;  // Made by somebody else; must exist.

  bool operator==(const Network&) const = default;
};

struct Volume {
  std::string name;        // Full: "<app>_<name>".
  bool ephemeral = false;  // Holds nothing worth a backup.
  bool excluded_from_backup = false;
  std::string owner;       // "uid" or "uid:gid", applied when first made; empty: as the image.
  std::string permission;  // Octal, likewise.

  bool operator==(const Volume&) const = default;
};

// A directory of the host that a container binds, made with owner and mode when it is missing.
struct HostDirectory {
  std::string path;
  bool ephemeral = false;
  bool excluded_from_backup = false;
  std::string owner;
  std::string permission;

  bool operator==(const HostDirectory&) const = default;
};

enum class ReadyKind { http_status_code, tcp_port_accept };

// The original's `state.ready`, polled from the host once everything runs until it holds once.
struct ReadyProbe {
  ReadyKind kind = ReadyKind::tcp_port_accept;
  std::string url;                  // http_status_code
  std::uint16_t expected_code = 0;  // http_status_code
  std::string host;                 // tcp_port_accept
  std::uint16_t port = 0;           // tcp_port_accept
  std::chrono::seconds attempt_timeout{5};
  std::optional<std::chrono::seconds> timeout = std::chrono::seconds(600);  // Unset: no limit.

  bool operator==(const ReadyProbe&) const = default;
};

// A power over the host that an admin must grant before the deployment may run.
struct Consent {
  std::string container;  // Key.
  std::string power;   // privileged, host_network, host_pid, docker_socket, host_path, capability,
                       // security_option
  std::string detail;  // The path, capability or option; may be empty.

  bool operator==(const Consent&) const = default;
};

enum class RollbackData { keep, restore };

struct Deployment {
  std::string app;       // [a-z0-9-], made from the name: prefix of everything on the host.
  std::string name;      // The application's name for people.
  std::string version;   // The release's label; may be empty.
  std::string app_url;   // Where the application is; may be empty.
  std::string logo_url;  // May be empty.
  std::vector<Container> containers;  // In the order of the manifest.
  std::vector<Network> networks;
  std::vector<Volume> volumes;  // Named volumes, without those of configuration.
  std::vector<HostDirectory> host_directories;
  std::optional<ReadyProbe> ready;
  std::vector<Consent> consents;
  RollbackData rollback = RollbackData::keep;
  // Every secret that occurs above, so that an API or a log can mask it. Not part of the id; kept
  // only where the deployment itself is kept, sealed.
  std::vector<std::string> secret_values;

  bool operator==(const Deployment&) const = default;

  // SHA-256 in hex of the canonical JSON without `secret_values`.
  [[nodiscard]] std::string id() const;
  [[nodiscard]] const Container* find(std::string_view key) const;
  // The largest of the containers' deadlines.
  [[nodiscard]] std::chrono::milliseconds healthy_deadline() const;
};

// Canonical JSON: keys sorted, no blanks, the same bytes for equal deployments. Holds the secrets.
std::string to_json(const Deployment& deployment);

// The same for people and golden files: indented, and without `secret_values`; still not masked.
std::string to_pretty_json(const Deployment& deployment);

// Reads what to_json wrote. Errors: invalid_input naming the key.
base::Result<Deployment> deployment_from_json(std::string_view text);

// `text` with each of `secrets` replaced by "***", longest first. Secrets shorter than four
// characters are left: masking "1" would hide more than it saves.
std::string masked(std::string text, const std::vector<std::string>& secrets);

}  // namespace agent::render
