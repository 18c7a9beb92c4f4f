#pragma once
// One container of a deployment: every value final, nothing left to look up but the image's id. All
// of it comes from the manifest; what is empty or unset leaves the choice to the image or to
// Docker.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace agent::render {

struct ImageReference {
  std::string source;  // "public", "replicated" (the vendor's registry), or a registry's name.
  std::string name;    // As in the manifest: "redis", "quay.io/acme/app".
  std::string tag;     // Never empty; "latest" when the manifest gives none.
  std::string config_digest;  // "sha256:<64 hex>", the id to create from; empty when unpinned.

  bool operator==(const ImageReference&) const = default;
};

struct EnvVar {
  std::string name;
  std::string value;
  bool excluded_from_support = false;  // Leave the value out of a support bundle.

  bool operator==(const EnvVar&) const = default;
};

enum class Protocol { tcp, udp };

struct Port {
  std::uint16_t container_port = 0;
  std::uint16_t host_port = 0;  // 0: Docker chooses one.
  std::string host_address;     // An IP address; empty means all.
  Protocol protocol = Protocol::tcp;

  bool operator==(const Port&) const = default;
};

enum class MountKind { volume, bind };

struct Mount {
  MountKind kind = MountKind::volume;
  std::string source;  // Volume: its full name "<app>_<name>". Bind: an absolute host path.
  std::string target;  // Absolute path in the container.
  bool read_only = false;
  bool no_copy = false;     // Do not fill an empty volume from the image.
  std::string propagation;  // "rshared", "private", ...; empty for Docker's default.
  std::string selinux;      // "z", "Z" or empty.

  bool operator==(const Mount&) const = default;
};

struct ConfigFile {
  std::string name;  // File name in its directory, no slash.
  std::string content;
  std::uint32_t mode = 0644;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;

  bool operator==(const ConfigFile&) const = default;
};

// How the files of a directory get into the container.
//   volume   A volume of its own, named by what is in it. It is filled from the container's own
//            image first (so that the image's other files in the directory stay visible), then with
//            `files`; never changed afterwards; mounted read-only at `target`.
//   archive  Copied into the created container before it starts. Only where a volume cannot go: in
//            "/" and where a mount of the manifest already is. Refused with a read-only root.
enum class ConfigDelivery { volume, archive };

struct ConfigDirectory {
  std::string target;  // Absolute path in the container.
  ConfigDelivery delivery = ConfigDelivery::volume;
  std::string hash;               // SHA-256 in hex over image reference, target and files.
  std::string volume;             // "<app>_cfg_<first 16 of hash>"; empty for `archive`.
  std::vector<ConfigFile> files;  // Sorted by name.

  bool operator==(const ConfigDirectory&) const = default;
};

struct Ulimit {
  std::string name;
  std::int64_t soft = 0;  // -1: unlimited.
  std::int64_t hard = 0;

  bool operator==(const Ulimit&) const = default;
};

struct ExtraHost {
  std::string hostname;
  std::string address;

  bool operator==(const ExtraHost&) const = default;
};

struct Label {
  std::string name;
  std::string value;

  bool operator==(const Label&) const = default;
};

// A network the container is attached to, the application's own first.
struct Attachment {
  std::string network;
  std::vector<std::string> aliases;
  std::string ipv4_address;
  std::string ipv6_address;

  bool operator==(const Attachment&) const = default;
};

enum class RestartPolicy { no, always, on_failure };

struct Restart {
  RestartPolicy policy = RestartPolicy::no;
  std::uint32_t max_retries = 0;  // on_failure only; 0: no limit.

  bool operator==(const Restart&) const = default;
};

struct LogConfig {
  std::string driver;          // Empty: the engine's default.
  std::vector<Label> options;  // Sorted by name.

  bool operator==(const LogConfig&) const = default;
};

enum class HealthKind { http, tcp, exec };

// `http` and `tcp` are probed by the agent at the container's address; `exec` is Docker's
// HEALTHCHECK. Healthy over http means a status from 200 to 399.
struct Health {
  HealthKind kind = HealthKind::tcp;
  std::string path;               // http
  std::uint16_t port = 0;         // http, tcp: in the container.
  std::vector<std::string> argv;  // exec
  std::chrono::milliseconds interval{10'000};
  std::chrono::milliseconds timeout{10'000};
  std::uint32_t retries = 3;
  std::chrono::milliseconds start_period{30'000};

  bool operator==(const Health&) const = default;
};

}  // namespace agent::render
