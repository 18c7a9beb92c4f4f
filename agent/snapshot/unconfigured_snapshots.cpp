#include "agent/snapshot/unconfigured_snapshots.hpp"

namespace agent::snapshot {
namespace {

class UnconfiguredSnapshots final : public engine::SnapshotTaker {
 public:
  engine::SnapshotView status() override {
    return {.configured = false, .problem = "no snapshot target configured"};
  }
  base::Status before_switch(const std::string& /*app*/) override { return base::ok(); }
};

}  // namespace

std::unique_ptr<engine::SnapshotTaker> make_unconfigured_snapshots() {
  return std::make_unique<UnconfiguredSnapshots>();
}

}  // namespace agent::snapshot
