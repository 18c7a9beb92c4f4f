#include "agent/base/http/connection_threads.hpp"

#include <system_error>
#include <utility>

namespace base::http {
namespace {

constexpr std::chrono::seconds k_idle_life{10};

}  // namespace

bool ConnectionThreads::submit(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    return false;
  }
  if (idle_ > queue_.size()) {
    queue_.push_back(std::move(work));
    changed_.notify_one();
    return true;
  }
  if (threads_ >= limit_) {
    return false;
  }
  queue_.push_back(std::move(work));
  try {
    // Detached and counted: joining would need somebody who collects threads that ended by
    // themselves. `stop` waits for the count, and the last touch of this object is under the lock.
    std::thread([this] { run(); }).detach();
  } catch (const std::system_error&) {
    queue_.pop_back();
    return false;
  }
  ++threads_;
  return true;
}

bool ConnectionThreads::crowded() {
  const std::lock_guard lock(mutex_);
  return (threads_ - idle_) * 4 >= limit_ * 3;
}

void ConnectionThreads::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    const bool woken =
        changed_.wait_for(lock, k_idle_life, [this] { return !queue_.empty() || stopping_; });
    --idle_;
    if (queue_.empty() && (stopping_ || !woken)) {
      break;
    }
    {
      auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
    }
    lock.lock();
  }
  --threads_;
  changed_.notify_all();  // Under the lock: once it is free, this object may be gone.
}

void ConnectionThreads::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return threads_ == 0; });
}

}  // namespace base::http
