#pragma once

#include "agent/base/core/secret.hpp"
#include "agent/engine/checks.hpp"
#include "agent/engine/lifecycle.hpp"
#include "agent/engine/operation_runner.hpp"
#include "agent/engine/renderer.hpp"

#include <filesystem>
#include <memory>

namespace agent::engine {

struct LifecycleParts {  // All outlive the lifecycle.
  docker::Engine& engine;
  release::ImageSource& images;
  journal::Journal& journal;
  Probes& probes;
  const base::Clock& clock;
  HostFacts& host;
  SnapshotTaker& snapshots;
  Renderer& renderer;
  CrashPoints& crash_points;
  base::Secret label_key;  // From SealingKey::derive("spec label").
  std::filesystem::path state_dir;
  OperationOptions options;
};

// Begins to watch the engine, and takes up an operation that was under way when the agent ended.
// Destroying it stops within moments without ending the operation, which the next one takes up.
// Errors: those of the journal.
base::Result<std::unique_ptr<Lifecycle>> make_lifecycle(LifecycleParts parts);

}  // namespace agent::engine
