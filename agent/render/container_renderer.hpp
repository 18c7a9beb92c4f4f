#pragma once
// Renders one container. Inside this library only.

#include "agent/manifest/container_index.hpp"
#include "agent/render/deployment.hpp"
#include "agent/render/expander.hpp"
#include "agent/render/render.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace agent::render {

struct RenderContext {
  const RenderRequest& request;
  const Expander& expand;
  const manifest::ContainerIndex& index;
  const std::vector<bool>& included;  // By position in the index: its `when` holds.
  std::string app;
};

// Names of the kept containers among `positions`.
std::vector<std::string> included_keys(const RenderContext& context,
                                       const std::vector<std::size_t>& positions);

base::Result<Container> render_container(const RenderContext& context,
                                         const manifest::IndexedContainer& indexed,
                                         Deployment& deployment);

// Parts of a container, one source file each; they fill what their name says, and note in the
// deployment what it needs beyond the container: volumes, host directories, networks, consents.
base::Status render_process(const RenderContext& context,
                            const manifest::Container& from,
                            Container& to);
base::Status render_storage(const RenderContext& context,
                            const manifest::IndexedContainer& from,
                            Container& to,
                            Deployment& deployment);
base::Status render_config(const RenderContext& context,
                           const manifest::Container& from,
                           Container& to);
base::Status render_network(const RenderContext& context,
                            const manifest::Container& from,
                            Container& to,
                            Deployment& deployment);
base::Status render_resources(const RenderContext& context,
                              const manifest::IndexedContainer& from,
                              Container& to);
base::Status render_life(const RenderContext& context,
                         const manifest::Container& from,
                         Container& to);
// The original's timeouts in seconds: 0 is ten minutes, below that there is no limit.
std::optional<std::chrono::seconds> wait_limit(std::int64_t seconds);
void note_consents(const Container& container, Deployment& deployment);

}  // namespace agent::render
