#pragma once
// The Docker engine, as one interface made of topics. Code that needs one topic takes that one.

#include "agent/base/core/result.hpp"
#include "agent/docker/call.hpp"
#include "agent/docker/containers.hpp"
#include "agent/docker/events.hpp"
#include "agent/docker/executions.hpp"
#include "agent/docker/images.hpp"
#include "agent/docker/networks.hpp"
#include "agent/docker/volumes.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace agent::docker {

struct EngineVersion {
  ApiVersion newest;      // What the engine offers.
  ApiVersion negotiated;  // What is spoken.
};

struct EngineInfo {
  std::string id;
  std::string name;            // Host name.
  std::string server_version;  // "20.10.24".
  std::string storage_driver;  // "overlay2".
  bool containerd_store = false;
  std::string data_root;  // "/var/lib/docker".
  std::string operating_system;
  std::string kernel;
  std::string architecture;  // "x86_64".
  std::string logging_driver;
  std::string cgroup_version;
  std::uint32_t cpus = 0;
  std::uint64_t memory_bytes = 0;
  std::uint32_t containers = 0;
  std::uint32_t containers_running = 0;
  bool live_restore = false;
  bool swarm_active = false;
  std::vector<std::string> security_options;
  std::vector<std::string> warnings;
};

class System {
 public:
  virtual ~System() = default;

  // Asks the engine for its version and negotiates anew. Errors: unavailable with reason
  // engine_too_old, both versions in the message.
  virtual base::Result<EngineVersion> ping(const Call& call) = 0;
  virtual base::Result<EngineInfo> info(const Call& call) = 0;
};

class Engine : public System,
               public Containers,
               public Executions,
               public Images,
               public Networks,
               public Volumes,
               public Events {};

struct EngineOptions {
  std::string socket = "/run/docker.sock";
  std::size_t max_answer = 64U << 20U;  // Bytes of one JSON answer.
};

// Connects lazily: the first call negotiates the version, and so does the first call after the
// engine went away or came back as another version.
std::unique_ptr<Engine> make_engine(EngineOptions options);

}  // namespace agent::docker
