#pragma once
// Which observed container serves which desired one, and what is wrong with those that do not.

#include "agent/engine/desired.hpp"
#include "agent/engine/observation.hpp"

#include <map>
#include <string>
#include <vector>

namespace agent::engine {

struct Comparison {
  // Desired key to the container that is as it should be, running or not.
  std::map<std::string, const ObservedContainer*> kept;
  // Why a desired container has to be created, for those not in `kept`.
  std::map<std::string, std::string> reasons;
  std::vector<const ObservedContainer*> obsolete;  // Ours and not wanted (any more).
  std::vector<const ObservedContainer*> helpers;   // Left over from filling configuration.
};

// `target` and `previous` may be null. The pointers live as long as `observation`.
Comparison compare(const Observation& observation, const Desired* target, const Desired* previous);

// Has a process, or will have one by itself in a moment.
[[nodiscard]] bool occupies(docker::ContainerStatus status) noexcept;

}  // namespace agent::engine
