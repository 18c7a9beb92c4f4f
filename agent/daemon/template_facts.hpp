#pragma once

#include "agent/render/host_facts.hpp"

namespace agent::daemon {

// What templates of a manifest may know of this machine. What cannot be found out is empty.
render::HostFacts look_for_templates();

}  // namespace agent::daemon
