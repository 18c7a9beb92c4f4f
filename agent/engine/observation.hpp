#pragma once
// What the engine reports about the application at one moment. Desired state is never derived from
// it; it is what a plan is made against.

#include "agent/base/core/result.hpp"
#include "agent/docker/engine.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace agent::engine {

struct ObservedContainer {
  std::string key;        // Label io.slipway.container.
  std::string component;  // Label io.slipway.component.
  std::string spec_hash;  // Label io.slipway.spec.
  std::string role;       // Label io.slipway.role.
  docker::ContainerDetails details;
};

struct Observation {
  std::string app;
  std::vector<ObservedContainer> containers;     // By key, then by Docker's name.
  std::vector<docker::NetworkDetails> networks;  // By name.
  std::vector<docker::VolumeDetails> volumes;    // By name.
  std::map<std::string, std::string> images;     // Reference to image id; absent ones are left out.
  std::set<std::string> directories;  // Of those asked for, the ones that exist on the host.
  std::set<std::string> complete;     // Volumes that the journal knows to be completely made.

  [[nodiscard]] const ObservedContainer* by_id(const std::string& id) const;
  [[nodiscard]] const docker::NetworkDetails* network(const std::string& name) const;
  [[nodiscard]] bool has_volume(const std::string& name) const;
};

// One list of containers, networks and volumes each, one inspect per container and per image.
// `images` are the references that matter to the plan. Errors: those of the engine.
base::Result<Observation> observe(docker::Engine& engine,
                                  const std::string& app,
                                  const std::set<std::string>& images,
                                  const docker::Call& call);

// SHA-256 over everything a plan may depend on. Left out is what changes by itself: times, process
// ids, health, addresses, restart counts; `restarting` counts as running.
std::string fingerprint(const Observation& observation);

}  // namespace agent::engine
