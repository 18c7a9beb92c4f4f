#include "agent/api/image_load.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace agent::api {
namespace {

constexpr std::size_t k_ahead = std::size_t{1} << 20U;
constexpr std::size_t k_messages = 1000;
// The engine is silent while it unpacks what it has read, which takes long for big images.
constexpr std::chrono::minutes k_silence{15};

base::Error cancelled() {
  return {base::ErrorCode::cancelled, "the archive was not sent to its end"};
}

}  // namespace

ImageLoad::ImageLoad(docker::Images& images, Tell tell, std::stop_token stop)
    : images_(images), tell_(std::move(tell)), stop_(std::move(stop)) {
  thread_ = std::jthread([this](const std::stop_token& ended) { run(ended); });
}

ImageLoad::~ImageLoad() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.request_stop();
}

// `reached` is asked under the lock. The lock is not held while telling, which may block: the
// engine's thread goes on meanwhile.
base::Status ImageLoad::tell_until(const std::function<bool()>& reached) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, stop_, [&] { return !progress_.empty() || reached(); });
    if (stop_.stop_requested()) {
      return cancelled();
    }
    if (progress_.empty()) {
      return base::ok();
    }
    const auto next = std::move(progress_.front());
    progress_.pop_front();
    lock.unlock();
    if (!tell_(next)) {
      return cancelled();
    }
    lock.lock();
  }
}

base::Status ImageLoad::push(std::string_view bytes) {
  BASE_TRY(tell_until([this] { return waiting_.size() - taken_ < k_ahead || result_; }));
  const std::lock_guard lock(mutex_);
  if (result_) {
    return result_->has_value() ? base::Status(base::Error{base::ErrorCode::invalid_input,
                                                           "the archive goes on after its end"})
                                : base::Status(result_->error());
  }
  if (taken_ > 0) {
    waiting_.erase(0, taken_);
    taken_ = 0;
  }
  waiting_ += bytes;
  changed_.notify_all();
  return base::ok();
}

base::Result<std::vector<std::string>> ImageLoad::finish() {
  {
    const std::lock_guard lock(mutex_);
    whole_ = true;
    changed_.notify_all();
  }
  BASE_TRY(tell_until([this] { return result_.has_value(); }));
  const std::lock_guard lock(mutex_);
  return *result_;
}

base::Result<std::size_t> ImageLoad::pull(char* buffer, std::size_t capacity) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return taken_ < waiting_.size() || whole_ || stopping_; });
  if (stopping_) {
    return cancelled();
  }
  const auto count = std::min(capacity, waiting_.size() - taken_);
  std::memcpy(buffer, waiting_.data() + taken_, count);
  taken_ += count;
  changed_.notify_all();
  return count;
}

void ImageLoad::run(const std::stop_token& stop) {
  auto result = images_.load_images(
      [this](char* buffer, std::size_t capacity) { return pull(buffer, capacity); },
      [this](const docker::ImageProgress& progress) {
        const std::lock_guard lock(mutex_);
        if (progress_.size() >= k_messages) {  // Who reads slowly misses some.
          progress_.pop_front();
        }
        progress_.push_back(progress);
        changed_.notify_all();
      },
      {.deadline = k_silence, .stop = stop});
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  changed_.notify_all();
}

}  // namespace agent::api
