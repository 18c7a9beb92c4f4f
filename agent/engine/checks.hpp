#pragma once
// What can be known to fail before anything is touched.

#include "agent/base/core/result.hpp"
#include "agent/docker/engine.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/observation.hpp"
#include "agent/engine/plan.hpp"
#include "agent/release/image_source.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace agent::engine {

// Who has a host port, as far as the host tells.
struct PortHolder {
  std::string text;  // "process nginx (pid 812)"; empty when unknown.
};

// Facts of the host, behind an interface so that tests can make a port taken or a disk full.
class HostFacts {
 public:
  virtual ~HostFacts() = default;
  // Nothing when the port can be bound at this address ("" is all).
  virtual std::optional<PortHolder> port_holder(const std::string& address,
                                                std::uint16_t port,
                                                docker::Protocol protocol) = 0;
  // Nothing when the path cannot be seen from here, as with an engine in another place.
  virtual std::optional<std::uint64_t> free_bytes(const std::filesystem::path& path) = 0;
};

std::unique_ptr<HostFacts> make_host_facts();

// In the network namespace of the agent, which is the engine's.
struct CheckParts {
  docker::Engine& engine;
  release::ImageSource& images;
  HostFacts& host;
  std::filesystem::path state_dir;
};

// The first thing that would fail. Errors: not_found "image_missing", conflict "port_in_use", io
// "disk_full", not_found "network_missing", and those of the engine.
base::Status check(const CheckParts& parts,
                   const Plan& plan,
                   const Observation& observation,
                   const Desired& target);

}  // namespace agent::engine
