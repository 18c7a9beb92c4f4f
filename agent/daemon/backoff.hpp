#pragma once

#include <algorithm>
#include <chrono>

namespace agent::daemon {

// How long to wait before a program that ended is started again: 0.2 s, doubled up to 10 s, from
// the beginning when it had run for 30 s. Quick after an accident, gentle with what cannot work.
class Backoff {
 public:
  [[nodiscard]] std::chrono::milliseconds after_run_of(std::chrono::milliseconds lived) {
    if (lived >= k_good_life) {
      next_ = k_first;
    }
    const auto delay = next_;
    next_ = std::min(next_ * 2, k_longest);
    return delay;
  }

 private:
  static constexpr std::chrono::milliseconds k_first{200};
  static constexpr std::chrono::milliseconds k_longest{10'000};
  static constexpr std::chrono::milliseconds k_good_life{30'000};

  std::chrono::milliseconds next_ = k_first;
};

}  // namespace agent::daemon
