#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace base {

// So many at once, and no more. Outlives what `take` gives; safe to call from any thread.
class Places {
 public:
  explicit Places(std::size_t limit) : limit_(limit) {}

  // Held until it is dropped; null when all are taken.
  [[nodiscard]] std::shared_ptr<void> take() {
    if (taken_.fetch_add(1) >= limit_) {
      taken_.fetch_sub(1);
      return nullptr;
    }
    return {this, [this](void*) { taken_.fetch_sub(1); }};
  }

 private:
  std::size_t limit_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace base
