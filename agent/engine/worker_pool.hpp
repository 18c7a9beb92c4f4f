#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace agent::engine {

// A few threads for calls that block. Threads are started as work arrives, never more than asked
// for. Destroying the pool waits for work under way and drops what has not begun.
class WorkerPool {
 public:
  explicit WorkerPool(int size);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  WorkerPool(WorkerPool&&) = delete;
  WorkerPool& operator=(WorkerPool&&) = delete;
  ~WorkerPool();

  // Safe from any thread.
  void submit(std::function<void()> work);

 private:
  void run();

  std::size_t size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::size_t idle_ = 0;
  bool closing_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace agent::engine
