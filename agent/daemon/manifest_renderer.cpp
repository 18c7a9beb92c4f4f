#include "agent/daemon/manifest_renderer.hpp"

#include "agent/config/command.hpp"
#include "agent/config/settings.hpp"
#include "agent/render/document.hpp"

#include <utility>

namespace agent::daemon {
namespace {

class ManifestRenderer final : public engine::Renderer {
 public:
  ManifestRenderer(std::function<render::HostFacts()> facts, config::CommandWorld& world)
      : facts_(std::move(facts)), world_(world) {}

  base::Result<engine::Rendered> render(const engine::RenderRequest& request) override {
    config::StoredSettings stored;
    if (request.settings) {
      BASE_TRY_ASSIGN(stored, config::stored_from_json(*request.settings));
    }
    config::Changes changes;
    for (const auto& [name, value] : request.changes) {
      changes.emplace(name, config::Change{.value = value});
    }
    const auto facts = facts_();
    const render::ReleaseFacts release;
    BASE_TRY_ASSIGN(auto rendered,
                    render::render_document({.text = request.manifest,
                                             .stored = stored,
                                             .changes = changes,
                                             .facts = facts,
                                             .release = release,
                                             .world = world_}));
    return engine::Rendered{.deployment = std::move(rendered.deployment),
                            .settings = config::to_json(rendered.stored),
                            .warnings = std::move(rendered.warnings)};
  }

 private:
  std::function<render::HostFacts()> facts_;
  config::CommandWorld& world_;
};

}  // namespace

std::unique_ptr<engine::Renderer> make_manifest_renderer(std::function<render::HostFacts()> facts,
                                                         config::CommandWorld& world) {
  return std::make_unique<ManifestRenderer>(std::move(facts), world);
}

}  // namespace agent::daemon
