#pragma once

#include "agent/base/core/clock.hpp"
#include "agent/config/command.hpp"
#include "agent/engine/renderer.hpp"
#include "agent/render/host_facts.hpp"

#include <functional>
#include <memory>

namespace agent::daemon {

// Reads the manifest, resolves its settings and renders the deployment. `facts` is asked for the
// host's facts at every rendering and must be safe to call from any thread. `world` runs the
// manifest's commands and outlives the renderer.
std::unique_ptr<engine::Renderer> make_manifest_renderer(std::function<render::HostFacts()> facts,
                                                         config::CommandWorld& world);

}  // namespace agent::daemon
