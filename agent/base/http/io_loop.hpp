#pragma once
// Waits for descriptors and timers on one thread.

#include "agent/base/fs/fd.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>

namespace base::http {

class IoLoop {
 public:
  // Runs its function until it is destroyed, on the loop.
  class Timer {
   public:
    virtual ~Timer() = default;
  };

  IoLoop();
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;
  IoLoop(IoLoop&&) = delete;
  IoLoop& operator=(IoLoop&&) = delete;

  // Returns after `stop`, when everything that was posted before has run.
  void run();

  // Any thread. What is posted after the loop has ended is destroyed and does not run, so that an
  // answer may come later than its server's end.
  void stop();
  void post(std::function<void()> task);
  [[nodiscard]] bool is_current() const;

  // On the loop or before it runs.
  std::unique_ptr<Timer> after(std::chrono::milliseconds delay, std::function<void()> function);
  std::unique_ptr<Timer> every(std::chrono::milliseconds period, std::function<void()> function);

  // A buffer for whoever runs on the loop; its content does not outlive the call that filled it.
  [[nodiscard]] std::span<char> scratch() noexcept;

 private:
  friend class Watched;
  struct State;
  std::shared_ptr<State> state_;  // Shared with descriptors, which may go after the loop.
};

enum class Readiness { readable, writable };

// A non-blocking descriptor on a loop. Lives while somebody owns it or a wait is under way. All of
// it on the loop's thread.
class Watched : public std::enable_shared_from_this<Watched> {
 public:
  Watched(IoLoop& loop, Fd descriptor);
  virtual ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  Watched(Watched&&) = delete;
  Watched& operator=(Watched&&) = delete;

 protected:
  // Calls on_ready once when the descriptor is ready or broken. A wait already under way for the
  // same readiness is not doubled.
  void wait(Readiness readiness);
  virtual void on_ready(Readiness readiness) = 0;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  // Ends waits without a call of on_ready.
  void close_descriptor();

 private:
  struct Registration;
  std::unique_ptr<Registration> registration_;
  int descriptor_ = -1;
};

}  // namespace base::http
