#pragma once

#include "agent/engine/snapshot_taker.hpp"

#include <memory>

namespace agent::snapshot {

// Stands where no snapshot target is set: says so in the status, and lets operations pass.
std::unique_ptr<engine::SnapshotTaker> make_unconfigured_snapshots();

}  // namespace agent::snapshot
