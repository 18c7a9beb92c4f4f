#pragma once
// A container as a manifest describes it, in the original's words and in ours (`slipway:`).

#include "agent/manifest/scalars.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace agent::manifest {

struct EnvVar {
  Text name;
  Text value;  // `static_val` fills it when `value` is missing.
  Text excluded_from_support;
  Text when;
};

struct Port {
  Text private_port;
  Text public_port;
  Text public_port_initial;
  Text interface;
  Text port_type;
  Text when;
};

struct Volume {
  Text host_path;  // Without a leading slash: the name of a volume.
  Text container_path;
  std::vector<Text> options;
  Text permission;
  Text owner;
  Text is_ephemeral;
  Text is_excluded_from_backup;
  Text when;
};

struct ConfigFile {
  Text filename;
  Text contents;
  Text source;  // "github": not supported without the vendor's service.
  Text file_mode;
  Text file_owner;
};

struct CustomerFile {
  Text name;  // Of a settings item of type file.
  Text filename;
  Text file_mode;
  Text file_owner;
  Text when;
};

struct Subscription {
  Text component;
  Text container;  // image_name or name.
  Text action;
};

struct Event {
  Text name;
  Text trigger;
  Text data;
  std::vector<Text> args;
  Text timeout;
  std::vector<Subscription> subscriptions;
};

struct ExtraHost {
  Text hostname;
  Text address;
  Text when;
};

struct Ulimit {
  Text name;
  Text soft;
  Text hard;
};

struct LogOptions {
  Text max_size;
  Text max_files;
};

struct LogDriver {
  Text type;
  std::vector<std::pair<std::string, Text>> config;
};

enum class ProbeKind { http, tcp, exec };

struct HealthCheck {
  ProbeKind kind = ProbeKind::tcp;
  Text path;
  Text port;
  std::vector<Text> argv;
  std::chrono::milliseconds interval{10'000};
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds start_period{30'000};
  std::uint32_t retries = 3;
};

enum class UpdateOrder { stop_first, start_first };

struct UpdateRule {
  UpdateOrder order = UpdateOrder::stop_first;
  std::chrono::milliseconds min_healthy_time{10'000};
  std::chrono::milliseconds healthy_deadline{300'000};
};

// `slipway:` of a container.
struct ContainerExtension {
  std::optional<HealthCheck> health;
  std::vector<Text> depends_on;
  UpdateRule update;
  Text image_digest;  // `image: {config: "sha256:…"}`, written when a release is made.
  Text read_only;
  std::vector<Text> tmpfs;
  std::vector<Text> cap_drop;
  Text pids_limit;
  Text stop_signal;
  Text init;
};

struct Container {
  Text source;
  Text image_name;
  Text version;
  Text display_name;
  Text name;
  Text cmd;
  std::optional<std::vector<Text>> entrypoint;
  std::vector<EnvVar> env_vars;
  std::vector<Port> ports;
  Text disable_publish_all_ports;
  std::vector<Volume> volumes;
  std::vector<Text> volumes_from;
  std::vector<ConfigFile> config_files;
  std::vector<CustomerFile> customer_files;
  std::vector<Event> publish_events;
  bool ephemeral = false;
  Text restart_policy;
  Text restart_max;
  Text when;
  Text dynamic;
  Text cluster;
  bool privileged = false;
  std::vector<Text> security_cap_add;
  std::vector<Text> security_options;
  Text network_mode;
  Text network;
  std::vector<Text> network_aliases;
  std::vector<Text> links;
  Text ipv4_address;
  Text ipv6_address;
  Text hostname;
  std::vector<ExtraHost> extra_hosts;
  Text cpu_shares;
  Text memory_limit;
  Text memory_swap_limit;
  Text oom_kill_disable;
  std::vector<Ulimit> ulimits;
  Text shm_size;
  Text stop_timeout;
  Text pid_mode;
  Text allocate_tty;
  Text user;
  Text readonly_rootfs;
  std::vector<Text> labels;
  std::optional<LogOptions> logs;
  std::optional<LogDriver> log_config;
  ContainerExtension slipway;

  std::string path;  // "components[0].containers[1]"
  base::data::YamlPosition at;
};

struct HostVolume {
  Text host_path;
  Text owner;
  Text permission;
  Text is_ephemeral;
  Text is_excluded_from_backup;
  Text min_disk_space;
};

// Containers that always run on one host together.
struct Component {
  Text name;
  std::vector<Text> tags;
  std::vector<Text> conflicts;
  Text cluster;
  std::optional<LogOptions> logs;
  std::optional<LogDriver> log_config;
  std::vector<HostVolume> host_volumes;
  std::vector<Container> containers;
};

}  // namespace agent::manifest
