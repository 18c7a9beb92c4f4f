#include "agent/engine/worker_pool.hpp"

#include "agent/base/core/assert.hpp"

#include <utility>

namespace agent::engine {

WorkerPool::WorkerPool(int size) : size_(static_cast<std::size_t>(size)) {
  BASE_ASSERT(size > 0);
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    queue_.clear();
  }
  changed_.notify_all();
}

void WorkerPool::submit(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  if (idle_ < queue_.size() && threads_.size() < size_) {
    threads_.emplace_back([this] { run(); });
  }
  changed_.notify_one();
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return closing_ || !queue_.empty(); });
    --idle_;
    if (closing_) {
      return;
    }
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace agent::engine
