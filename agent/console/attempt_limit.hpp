#pragma once

#include "agent/base/core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace agent::console {

// How often one address may try to sign in: a few at once, then one every so often. Addresses are
// forgotten when they are full again, and the map has a limit, so that many addresses cost no more.
// One thread at a time.
class AttemptLimit {
 public:
  AttemptLimit(int at_once, std::chrono::milliseconds each, std::size_t addresses)
      : at_once_(at_once), each_(each), addresses_(addresses) {}

  // Takes one attempt when there is one.
  [[nodiscard]] bool take(const std::string& address, base::MonotonicTime when);

 private:
  void forget(base::MonotonicTime when);

  int at_once_;
  std::chrono::milliseconds each_;
  std::size_t addresses_;
  // When the address has all its attempts again.
  std::map<std::string, base::MonotonicTime> full_at_;
};

}  // namespace agent::console
