#pragma once

#include "agent/config/settings.hpp"
#include "agent/manifest/document.hpp"
#include "agent/render/functions.hpp"
#include "agent/render/render.hpp"
#include "tests/support/agent/config/scripted_world.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace tests {

// A document on its whole way to a deployment, on a host that never changes.
struct Rendering {
  agent::config::Changes changes;
  agent::config::StoredSettings stored;
  agent::render::HostFacts facts = {
      .private_address = "10.1.2.3",
      .public_address = "203.0.113.9",
      .docker_address = "172.17.0.1",
      .interfaces = {{"eth1", "192.168.7.7"}},
      .docker_info = {{".DockerRootDir", "/var/lib/docker"}},
      .console_settings = {{"tls.hostname", "appliance.example"}},
      .now = std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))};
  agent::render::ReleaseFacts release = {.app_id = "app-1", .sequence = 3};
  const agent::license::License* license = nullptr;

  // An error for a document that is not accepted or whose settings do not resolve.
  base::Result<agent::render::Deployment> run(std::string_view document) {
    const auto outcome = agent::manifest::read_manifest(document);
    for (const auto& diagnostic : outcome.diagnostics) {
      if (diagnostic.severity == agent::manifest::Severity::error) {
        return base::Error{base::ErrorCode::invalid_input, to_string(diagnostic)};
      }
    }
    ScriptedWorld world;
    const auto functions = agent::render::template_functions(
        {.manifest = outcome.manifest, .license = license, .facts = facts, .release = release});
    const auto resolution = agent::config::resolve({.manifest = outcome.manifest,
                                                    .stored = stored,
                                                    .changes = changes,
                                                    .release = outcome.manifest.version.value,
                                                    .functions = functions,
                                                    .world = world});
    stored = resolution.stored;
    if (!resolution.errors.empty()) {
      const auto& error = resolution.errors.front();
      return base::Error{
          base::ErrorCode::invalid_input, error.item + ": " + error.message, "", error.code};
    }
    return agent::render::render({.manifest = outcome.manifest,
                                  .settings = resolution.settings,
                                  .license = license,
                                  .facts = facts,
                                  .release = release});
  }

  // The document with one container, whose keys are given with four blanks of indentation.
  base::Result<agent::render::Deployment> run_container(const std::string& keys) {
    return run(
        "replicated_api_version: 2.9.0\nname: App\ncomponents:\n- name: Web\n  containers:\n"
        "  - source: public\n    image_name: acme/web\n    version: '1'\n" +
        keys);
  }
};

}  // namespace tests
