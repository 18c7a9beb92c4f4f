#pragma once

#include "agent/base/data/json.hpp"
#include "agent/render/deployment.hpp"

#include <string>

namespace agent::render {

// Inside this library only. Both without `secret_values`, which are no part of the id.
base::data::Json document_json(const Deployment& deployment);
// What the id is made of.
std::string canonical_without_secrets(const Deployment& deployment);

}  // namespace agent::render
