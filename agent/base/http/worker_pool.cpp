#include "agent/base/http/worker_pool.hpp"

#include "agent/base/core/guarded.hpp"

#include <condition_variable>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

namespace base::http {

struct WorkerPool::State {
  struct Queue {
    std::deque<std::function<void()>> tasks;
    bool stopping = false;
  };

  std::size_t limit = 0;
  Guarded<Queue> queue;
  std::condition_variable changed;
  std::vector<std::jthread> threads;

  // Empty when the pool stops and nothing is left.
  std::function<void()> next() {
    auto handle = queue.lock();
    handle.wait(changed, [](const Queue& q) { return q.stopping || !q.tasks.empty(); });
    if (handle->tasks.empty()) {
      return {};
    }
    auto task = std::move(handle->tasks.front());
    handle->tasks.pop_front();
    return task;
  }

  void work() {
    while (auto task = next()) {
      try {
        task();
      } catch (...) {  // NOLINT(bugprone-empty-catch): the header says what follows from it.
      }
    }
  }
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit)
    : state_(std::make_unique<State>()) {
  state_->limit = queue_limit;
  for (std::size_t i = 0; i < threads; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->work(); });
  }
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(std::function<void()> task) {
  {
    auto queue = state_->queue.lock();
    if (queue->stopping || queue->tasks.size() >= state_->limit) {
      return false;
    }
    queue->tasks.push_back(std::move(task));
  }
  state_->changed.notify_one();
  return true;
}

void WorkerPool::stop() {
  state_->queue.lock()->stopping = true;
  state_->changed.notify_all();
  state_->threads.clear();
}

}  // namespace base::http
