#pragma once

#include "agent/render/deployment.hpp"

#include <string>

namespace agent::render {

// What the id is made of. Inside this library only.
std::string canonical_without_secrets(const Deployment& deployment);

}  // namespace agent::render
