#pragma once
// Threads for what must not run on an event loop: hashing, compression, storage.

#include <cstddef>
#include <functional>
#include <memory>

namespace base::http {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  ~WorkerPool();  // As stop.
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  WorkerPool(WorkerPool&&) = delete;
  WorkerPool& operator=(WorkerPool&&) = delete;

  // False when the queue is full or the pool stopped: answer 503, do not wait. An exception that
  // leaves a task ends that task alone; an exchange it owned is answered with 500 by its loss.
  [[nodiscard]] bool submit(std::function<void()> task);

  // Finishes what is queued, then ends the threads. Never from a task.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace base::http
