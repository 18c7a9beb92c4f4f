#pragma once

#include "agent/base/core/result.hpp"
#include "agent/engine/views.hpp"

#include <string>

namespace agent::engine {

// What the engine needs of snapshots. Implemented by agent/snapshot.
class SnapshotTaker {
 public:
  virtual ~SnapshotTaker() = default;

  [[nodiscard]] virtual SnapshotView status() = 0;

  // Called before the first running container is stopped for another one. Success when a snapshot
  // was taken, and when none is configured; an error turns the operation back.
  virtual base::Status before_switch(const std::string& app) = 0;
};

}  // namespace agent::engine
