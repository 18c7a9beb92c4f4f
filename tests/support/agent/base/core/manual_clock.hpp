#pragma once

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"

namespace base {

// Stands still until a test moves it. Safe to call from any thread.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall_time() const override { return *state_.lock() + k_start; }
  [[nodiscard]] MonotonicTime monotonic_time() const override {
    return MonotonicTime(*state_.lock());
  }
  void advance(std::chrono::milliseconds by) { *state_.lock() += by; }

 private:
  static constexpr WallTime k_start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}};
  mutable Guarded<std::chrono::milliseconds> state_;
};

}  // namespace base
