#pragma once

#include "agent/base/core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace agent::access {

// Failed attempts of the last while, in memory: a restart forgives. Belongs to one thread at a
// time.
class Attempts {
 public:
  Attempts(int per_address, int altogether, std::chrono::milliseconds window)
      : per_address_(per_address), altogether_(altogether), window_(window) {}

  [[nodiscard]] bool allowed(const std::string& address, base::MonotonicTime when);
  void failed(const std::string& address, base::MonotonicTime when);

 private:
  int per_address_;
  int altogether_;
  std::chrono::milliseconds window_;
  std::deque<std::pair<base::MonotonicTime, std::string>> failures_;  // Oldest first.
};

}  // namespace agent::access
