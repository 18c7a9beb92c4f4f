#pragma once

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"
#include "agent/base/http/client.hpp"
#include "agent/docker/call.hpp"
#include "agent/docker/container_spec.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::docker {

struct ImageDetails {
  std::string id;                    // "sha256:..."; digest of the configuration or, with the
                                     // containerd store, of the manifest.
  std::vector<std::string> tags;     // "name:tag".
  std::vector<std::string> digests;  // "name@sha256:...".
  std::optional<base::WallTime> created;
  std::uint64_t size = 0;  // Bytes on disk.
  std::string architecture;
  std::string os;
  std::vector<std::string> layers;  // Digests of the unpacked layers.

  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> environment;  // "NAME=value".
  std::map<std::string, std::string> labels;
  std::string user;
  std::string stop_signal;
  std::vector<std::string> exposed_ports;  // "80/tcp".
  std::vector<std::string> volumes;
  bool has_healthcheck = false;
};

struct ImageSummary {
  std::string id;
  std::vector<std::string> tags;
  std::vector<std::string> digests;
  std::uint64_t size = 0;
  std::map<std::string, std::string> labels;
};

struct ImageProgress {
  std::string status;  // "Pulling fs layer", "Loading layer".
  std::string layer;   // Short id; empty for the whole.
  std::uint64_t current = 0;
  std::uint64_t total = 0;  // 0: unknown.
};
using OnImageProgress = std::function<void(const ImageProgress&)>;

struct RegistryCredentials {
  std::string server;
  std::string username;
  base::Secret password;
  base::Secret identity_token;  // Instead of username and password.
};

struct PullImage {
  std::string reference;  // With a tag or digest: without, the engine would pull every tag.
  std::optional<RegistryCredentials> credentials;
  std::string platform;  // "linux/amd64"; empty: the engine's.
};

// `image` is an id or a reference. Safe from any thread. Errors as for Containers.
class Images {
 public:
  virtual ~Images() = default;

  virtual base::Result<ImageDetails> inspect_image(const std::string& image, const Call& call) = 0;
  // `reference` may hold "*"; empty lists everything.
  virtual base::Result<std::vector<ImageSummary>> list_images(const std::string& reference,
                                                              const Call& call) = 0;
  // Errors: not_found (registries answer so, too, to those who may not see it), unauthorized,
  // unavailable (the registry cannot be reached), disk_full as reason.
  virtual base::Status pull_image(const PullImage& pull,
                                  const OnImageProgress& on_progress,
                                  const Call& call) = 0;
  // Feeds a docker-archive. Returns what the engine says it loaded: references, or ids of images
  // without one. The engine answers when it has read everything: choose the deadline for that.
  virtual base::Result<std::vector<std::string>> load_images(const base::http::BodySource& archive,
                                                             const OnImageProgress& on_progress,
                                                             const Call& call) = 0;
  virtual base::Status tag_image(const std::string& image,
                                 const std::string& repository,
                                 const std::string& tag,
                                 const Call& call) = 0;
  // Takes the tag away, and the image with its last one. Error conflict while a container uses it.
  virtual base::Status remove_image(const std::string& image, const Call& call) = 0;
};

}  // namespace agent::docker
