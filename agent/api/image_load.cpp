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

}  // namespace

ImageLoad::ImageLoad(docker::Images& images) : images_(images) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ImageLoad::~ImageLoad() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.request_stop();
}

base::Status ImageLoad::push(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() - taken_ < k_ahead || result_; });
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

void ImageLoad::finish() {
  const std::lock_guard lock(mutex_);
  whole_ = true;
  changed_.notify_all();
}

base::Result<std::size_t> ImageLoad::pull(char* buffer, std::size_t capacity) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return taken_ < waiting_.size() || whole_ || stopping_; });
  if (stopping_) {
    return base::Error{base::ErrorCode::cancelled, "the archive was not sent to its end"};
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
        if (progress_.size() >= k_messages) {  // Nobody reads before the archive is whole.
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

std::optional<docker::ImageProgress> ImageLoad::next_progress(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return !progress_.empty() || result_; });
  if (stop.stop_requested() || progress_.empty()) {
    return std::nullopt;
  }
  auto next = std::move(progress_.front());
  progress_.pop_front();
  return next;
}

base::Result<std::vector<std::string>> ImageLoad::result() {
  const std::lock_guard lock(mutex_);
  if (!result_) {
    return base::Error{base::ErrorCode::cancelled, "nobody waits for the engine any more"};
  }
  return *result_;
}

}  // namespace agent::api
