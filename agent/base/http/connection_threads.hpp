#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace base::http {

// Threads that are started when there is work and no idle one, and end after a while without any:
// an idle server costs no thread.
class ConnectionThreads {
 public:
  explicit ConnectionThreads(std::size_t limit) : limit_(limit) {}
  ConnectionThreads(const ConnectionThreads&) = delete;
  ConnectionThreads& operator=(const ConnectionThreads&) = delete;
  ConnectionThreads(ConnectionThreads&&) = delete;
  ConnectionThreads& operator=(ConnectionThreads&&) = delete;
  ~ConnectionThreads() { stop(); }

  // False when as many threads as allowed are busy.
  [[nodiscard]] bool submit(std::function<void()> work);
  // Three quarters of the threads are busy: who can wait should.
  [[nodiscard]] bool crowded();
  // Waits for all work; nothing is accepted any more.
  void stop();

 private:
  void run();

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t threads_ = 0;  // Alive; they are detached and counted.
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace base::http
