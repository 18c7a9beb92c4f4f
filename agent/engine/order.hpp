#pragma once

#include "agent/engine/desired.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace agent::engine {

using Edges = std::map<std::string, std::set<std::string>>;  // Key to the keys it comes after.

// Keys such that each comes after those its edges name. An edge that would close a circle is
// ignored: use `circle_in` first where that is an error.
std::vector<std::string> ordered(const Edges& edges);

// The keys of one circle, in order, the first one again at the end; nothing when there is none.
std::optional<std::vector<std::string>> circle_in(const Edges& edges);

// What it depends on or is attached to; and with the publishers of the events it subscribes to.
Edges dependencies_of(const Desired& desired);
Edges start_order_of(const Desired& desired);

}  // namespace agent::engine
