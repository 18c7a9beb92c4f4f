#pragma once

#include "agent/base/core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace registry::access {

// How often one key (a user at an address) may try: a few times at once, then once every so often.
// Keys are forgotten when they are full again, and the map has a limit, so that many keys cost no
// more. One thread at a time.
class AttemptLimit {
 public:
  AttemptLimit(int at_once, std::chrono::milliseconds each, std::size_t keys)
      : at_once_(at_once), each_(each), keys_(keys) {}

  // Takes one attempt when there is one.
  [[nodiscard]] bool take(const std::string& key, base::MonotonicTime when);

  // Gives the key all its attempts back.
  void restore(const std::string& key) { full_at_.erase(key); }

 private:
  void forget(base::MonotonicTime when);

  int at_once_;
  std::chrono::milliseconds each_;
  std::size_t keys_;
  // When the key has all its attempts again.
  std::map<std::string, base::MonotonicTime> full_at_;
};

}  // namespace registry::access
