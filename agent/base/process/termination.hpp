#pragma once

#include <csignal>

namespace base::process {

// SIGTERM and SIGINT, taken by waiting for them instead of by handlers. Made by main before any
// other thread: threads inherit what is blocked.
class Termination {
 public:
  Termination();
  // Blocks until one comes. Returns its number.
  [[nodiscard]] int wait() const;

 private:
  sigset_t signals_{};
};

}  // namespace base::process
