#pragma once
// What a container is made from. Absent means the engine's default everywhere.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::docker {

enum class Protocol { tcp, udp, sctp };
[[nodiscard]] std::string_view name_of(Protocol protocol);  // The engine's.

struct PortBinding {
  std::uint16_t container_port = 0;
  Protocol protocol = Protocol::tcp;
  std::string host_ip;                     // Empty: all addresses.
  std::optional<std::uint16_t> host_port;  // Absent: the engine picks a free one.
};

enum class MountKind { volume, bind, tmpfs };
enum class MountAccess { read_write, read_only };
enum class SelinuxLabel { none, shared, exclusive };  // `z` and `Z` of the command line.

struct Mount {
  MountKind kind = MountKind::volume;
  std::string source;  // Volume name or host path; empty for tmpfs.
  std::string target;  // Absolute path in the container.
  MountAccess access = MountAccess::read_write;
  bool no_copy = false;        // Volume: do not fill it from the image.
  bool create_source = false;  // Bind: make the host folder when it is missing.
  std::string propagation;     // Bind: private, rprivate, shared, rshared, slave, rslave.
  SelinuxLabel selinux = SelinuxLabel::none;
  std::optional<std::uint64_t> tmpfs_size;  // Bytes.
  std::optional<std::uint32_t> tmpfs_mode;  // Permission bits, as in 01777.
};

struct NetworkAttachment {
  std::string network;  // Name or id.
  std::vector<std::string> aliases;
  std::string ipv4;
  std::string ipv6;
  std::vector<std::string> links;  // "container:alias".
};

enum class RestartKind { no, always, unless_stopped, on_failure };

struct RestartPolicy {
  RestartKind kind = RestartKind::no;
  int max_retries = 0;  // on_failure only; 0 is without end.

  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

struct Ulimit {
  std::string name;  // "nofile".
  std::int64_t soft = 0;
  std::int64_t hard = 0;
};

struct Healthcheck {
  // Docker's form: {"NONE"}, {"CMD", argv...} or {"CMD-SHELL", text}. Empty inherits the image's.
  std::vector<std::string> test;
  std::chrono::milliseconds interval{0};  // Zero, here and below: the engine's default.
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds start_period{0};
  std::chrono::milliseconds start_interval{0};  // From 1.44; left out for older engines.
  int retries = 0;
};

struct LogConfig {
  std::string driver;  // Empty: the engine's default.
  std::map<std::string, std::string> options;
};

struct ContainerSpec {
  std::string name;
  std::string image;  // An image id, so that a moved tag changes nothing.
  std::optional<std::vector<std::string>> command;
  std::optional<std::vector<std::string>> entrypoint;
  std::map<std::string, std::string> environment;  // May hold secrets: never log a spec.
  std::map<std::string, std::string> labels;
  std::string user;  // "uid[:gid]" or a name of the image's.
  std::string working_dir;
  std::string hostname;
  std::vector<std::string> extra_hosts;  // "name:address".

  std::vector<PortBinding> ports;
  bool publish_all = false;
  std::vector<Mount> mounts;
  std::vector<std::string> volumes_from;  // "container[:ro]".
  // The first is the primary one. Engines before 1.44 take one at creation; the client connects
  // the others before it returns and removes the container when that fails.
  std::vector<NetworkAttachment> networks;
  std::string network_mode;  // "host", "none", "container:<id>"; empty: networks, else bridge.

  RestartPolicy restart;
  std::vector<std::string> cap_add;
  std::vector<std::string> cap_drop;
  std::vector<std::string> security_options;  // "no-new-privileges", "seccomp=...".
  bool privileged = false;
  bool readonly_rootfs = false;
  std::map<std::string, std::string> sysctls;
  std::vector<std::string> group_add;

  std::vector<Ulimit> ulimits;
  std::optional<std::int64_t> shm_size;     // Bytes.
  std::optional<std::int64_t> memory;       // Bytes.
  std::optional<std::int64_t> memory_swap;  // Bytes, memory included; -1 unlimited.
  std::optional<std::int64_t> cpu_shares;
  std::optional<std::int64_t> nano_cpus;  // Billionths of a core.
  std::optional<std::int64_t> pids_limit;
  std::optional<bool> oom_kill_disable;
  std::optional<int> oom_score_adj;

  std::string stop_signal;  // "SIGTERM".
  std::optional<std::chrono::seconds> stop_timeout;
  bool tty = false;
  bool open_stdin = false;
  std::optional<bool> init;  // A reaper as pid 1.
  LogConfig log;
  std::optional<Healthcheck> healthcheck;
  std::string pid_mode;  // "host", "container:<id>".
};

}  // namespace agent::docker
