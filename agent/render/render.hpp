#pragma once
// From a manifest and the values of its settings to what is to run. Pure: the same request gives
// the same deployment, and nothing is read, asked or changed.

#include "agent/base/core/result.hpp"
#include "agent/config/settings.hpp"
#include "agent/license/license.hpp"
#include "agent/manifest/document.hpp"
#include "agent/render/deployment.hpp"
#include "agent/render/host_facts.hpp"

namespace agent::render {

struct RenderRequest {
  const manifest::Manifest& manifest;  // One that was accepted.
  const config::ResolvedSettings& settings;
  const license::License* license = nullptr;  // nullptr: none.
  const HostFacts& facts;
  const ReleaseFacts& release;
};

// Containers, ports, variables, volumes, hosts and files whose `when` is false are left out, and
// with a container everything that refers to it. Errors: invalid_input, the message naming path,
// line and column; reason "needs_started_container" for a template that asks for a port which
// Docker has yet to choose, "template_limit" (too_large) for one that costs too much.
base::Result<Deployment> render(const RenderRequest& request);

}  // namespace agent::render
