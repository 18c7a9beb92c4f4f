#include "agent/daemon/manifest_renderer.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/config/command.hpp"
#include "agent/config/settings.hpp"
#include "agent/manifest/document.hpp"
#include "agent/render/functions.hpp"
#include "agent/render/render.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::daemon {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t k_faults_named = 5;

// The first faults, for a person at a terminal; a document with one wrong indentation has hundreds.
Error refusal(const std::vector<manifest::Diagnostic>& diagnostics) {
  std::string text = "the manifest is not valid";
  std::size_t faults = 0;
  for (const auto& diagnostic : diagnostics) {
    if (diagnostic.severity == manifest::Severity::error && faults++ < k_faults_named) {
      text += "\n  " + to_string(diagnostic);
    }
  }
  if (faults > k_faults_named) {
    text += fmt::format("\n  and {} more", faults - k_faults_named);
  }
  return Error{ErrorCode::invalid_input, text, "", "manifest_invalid"};
}

Error refusal(const std::vector<config::SettingError>& errors) {
  std::string text = "the settings are not valid";
  for (std::size_t at = 0; at < errors.size() && at < k_faults_named; ++at) {
    text += fmt::format("\n  {}: {}", errors[at].item, errors[at].message);
  }
  return Error{
      ErrorCode::invalid_input, text, "Give values with --set NAME=VALUE.", "settings_invalid"};
}

class ManifestRenderer final : public engine::Renderer {
 public:
  explicit ManifestRenderer(std::function<render::HostFacts()> facts) : facts_(std::move(facts)) {}

  base::Result<engine::Rendered> render(const engine::RenderRequest& request) override {
    const auto outcome = manifest::read_manifest(request.manifest);
    if (!outcome.accepted()) {
      return refusal(outcome.diagnostics);
    }
    const auto facts = facts_();
    const render::ReleaseFacts release;
    const auto functions = render::template_functions(
        {.manifest = outcome.manifest, .facts = facts, .release = release});
    config::StoredSettings stored;
    if (request.settings) {
      BASE_TRY_ASSIGN(stored, config::stored_from_json(*request.settings));
    }
    config::Changes changes;
    for (const auto& [name, value] : request.changes) {
      changes.emplace(name, config::Change{.value = value});
    }
    config::LocalCommandWorld world;
    const auto resolution = config::resolve({.manifest = outcome.manifest,
                                             .stored = stored,
                                             .changes = changes,
                                             .release = base::crypto::sha256_hex(request.manifest),
                                             .functions = functions,
                                             .world = world});
    if (!resolution.errors.empty()) {
      return refusal(resolution.errors);
    }
    BASE_TRY_ASSIGN(auto deployment,
                    render::render({.manifest = outcome.manifest,
                                    .settings = resolution.settings,
                                    .facts = facts,
                                    .release = release}));
    engine::Rendered rendered{.deployment = std::move(deployment),
                              .settings = config::to_json(resolution.stored)};
    for (const auto& diagnostic : outcome.diagnostics) {
      rendered.warnings.push_back(to_string(diagnostic));
    }
    for (const auto& warning : resolution.warnings) {
      rendered.warnings.push_back(fmt::format("{}: {}", warning.item, warning.message));
    }
    return rendered;
  }

 private:
  std::function<render::HostFacts()> facts_;
};

}  // namespace

std::unique_ptr<engine::Renderer> make_manifest_renderer(std::function<render::HostFacts()> facts) {
  return std::make_unique<ManifestRenderer>(std::move(facts));
}

}  // namespace agent::daemon
