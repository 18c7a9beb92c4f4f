#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace agent::engine {

// Work that other threads hand to one thread, which is the only one to touch its own state.
class Mailbox {
 public:
  using Letter = std::function<void()>;

  // From any thread.
  void post(Letter letter) {
    {
      const std::lock_guard lock(mutex_);
      letters_.push_back(std::move(letter));
    }
    arrived_.notify_one();
  }

  // Ends a wait without handing over anything; from any thread.
  void wake() {
    post([] {});
  }

  // Waits for letters, at most this long, and opens all that are there.
  void open_all(std::chrono::milliseconds longest_wait) {
    std::deque<Letter> letters;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait_for(lock, longest_wait, [&] { return !letters_.empty(); });
      letters.swap(letters_);
    }
    for (auto& letter : letters) {
      letter();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Letter> letters_;
};

}  // namespace agent::engine
