#pragma once

#include "agent/docker/container_spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace agent::engine {

// Every property of a specification as name and value, such as {"environment LOG_LEVEL", "info"}.
// Two specifications are the same when their facts are. Left out are the name and the labels, which
// are derived from the facts, and the restart policy, which can be changed in place.
// Values may be secrets: hash them with a key or compare them, do not show them.
std::map<std::string, std::string> facts_of(const docker::ContainerSpec& spec);

// One text for all facts, each part preceded by its length so that no two sets give the same text.
std::string canonical_text(const std::map<std::string, std::string>& facts);

// The names of facts that differ, in order.
std::vector<std::string> differing_facts(const docker::ContainerSpec& from,
                                         const docker::ContainerSpec& to);

}  // namespace agent::engine
