#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace base {

// Data that is reachable only while its lock is held:
//   Guarded<State> state; state.lock()->count += 1;
// Keep the handle in a named variable to hold the lock over several statements.
template <typename T>
class Guarded {
 public:
  class Handle {
   public:
    T* operator->() { return value_; }
    T& operator*() { return *value_; }

    // Gives the lock up until `ready(value)` holds or `deadline` has passed; true when it holds.
    template <typename TimePoint, typename Predicate>
    bool wait_until(std::condition_variable& condition, TimePoint deadline, Predicate ready) {
      return condition.wait_until(lock_, deadline, [&] { return ready(*value_); });
    }

    template <typename Predicate>
    void wait(std::condition_variable& condition, Predicate ready) {
      condition.wait(lock_, [&] { return ready(*value_); });
    }

   private:
    friend class Guarded;
    Handle(std::mutex& mutex, T& value) : lock_(mutex), value_(&value) {}
    std::unique_lock<std::mutex> lock_;
    T* value_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  [[nodiscard]] Handle lock() { return Handle(mutex_, value_); }

 private:
  std::mutex mutex_;
  T value_{};
};

}  // namespace base
