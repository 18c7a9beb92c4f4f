#pragma once

#include "agent/base/core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>

namespace agent::access {

struct AttemptLimits {
  int free = 10;  // Wrong codes from one network before it waits.
  // Each wrong code beyond doubles the wait.
  std::chrono::milliseconds first_wait = std::chrono::seconds(5);
  std::chrono::milliseconds longest_wait = std::chrono::minutes(5);
  std::chrono::milliseconds memory = std::chrono::hours(1);  // After the last wrong code.
  // Wrong codes from all networks together within `crowd_window`, before every network has but one.
  std::size_t crowd = 200;
  std::chrono::milliseconds crowd_window = std::chrono::minutes(5);
  std::size_t networks = 10'000;  // Remembered.
};

// Who must wait before the next attempt to sign in, in memory: a restart forgives. A network
// without a wrong code may try one whatever others do: a limit for all together would let anybody
// lock out everybody. An IPv6 network (/64) counts as one, since its owner has all its addresses.
// Belongs to one thread at a time.
class Attempts {
 public:
  explicit Attempts(AttemptLimits limits) : limits_(limits) {}

  // Zero: it may try.
  [[nodiscard]] std::chrono::milliseconds wait_of(const std::string& address,
                                                  base::MonotonicTime when);
  // There are so many wrong codes that each is no news.
  [[nodiscard]] bool crowded(base::MonotonicTime when);
  void failed(const std::string& address, base::MonotonicTime when);
  void succeeded(const std::string& address);

 private:
  struct Failures {
    int count = 0;
    base::MonotonicTime last;
  };
  void make_room(base::MonotonicTime when);

  AttemptLimits limits_;
  std::map<std::string, Failures> networks_;
  std::deque<base::MonotonicTime> latest_;  // Oldest first, at most `crowd`.
};

}  // namespace agent::access
