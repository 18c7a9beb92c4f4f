#pragma once
// A manifest whose settings a test resolves, release after release.

#include "agent/config/settings.hpp"
#include "agent/manifest/document.hpp"
#include "tests/support/agent/config/scripted_world.hpp"

#include <doctest/doctest.h>

#include <string>

namespace tests {

class ResolvedManifest {
 public:
  explicit ResolvedManifest(const std::string& document)
      : outcome_(agent::manifest::read_manifest(document)) {
    REQUIRE(outcome_.accepted());
  }

  agent::config::Resolution resolve(
      const agent::config::Changes& changes = {},
      const std::string& release = "1",
      agent::config::Occasion occasion = agent::config::Occasion::apply) {
    auto resolution = agent::config::resolve({.manifest = outcome_.manifest,
                                              .stored = stored,
                                              .changes = changes,
                                              .release = release,
                                              .functions = functions,
                                              .world = world,
                                              .occasion = occasion});
    if (occasion != agent::config::Occasion::look) {
      stored = resolution.stored;
    }
    return resolution;
  }

  [[nodiscard]] const agent::manifest::Manifest& manifest() const { return outcome_.manifest; }

  agent::config::StoredSettings stored;
  ScriptedWorld world;
  agent::manifest::FunctionTable functions;

 private:
  agent::manifest::ReadOutcome outcome_;
};

}  // namespace tests
