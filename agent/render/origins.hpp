#pragma once
// Which keys of the manifest decide a place of the rendering. Inside this library only.

#include "agent/base/core/result.hpp"
#include "agent/manifest/document.hpp"
#include "agent/render/deployment.hpp"
#include "agent/render/expander.hpp"

#include <string>
#include <vector>

namespace agent::render {

// The words of a path: "containers[0].env[2].value" is {"containers", "0", "env", "2", "value"}.
using Place = std::vector<std::string>;

// Paths of the manifest such as "components[0].containers[0].env_vars[2].value", whether the
// document has them or not: what is absent decides by its default. Empty for a place that no key of
// the manifest decides. `place` must be one of the deployment's JSON, lists by number. Errors:
// those of a template that has to be evaluated again.
base::Result<std::vector<std::string>> origins_of(const Place& place,
                                                  const manifest::Manifest& manifest,
                                                  const Deployment& deployment,
                                                  const Expander& expand);

}  // namespace agent::render
