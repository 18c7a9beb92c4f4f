#pragma once
// An archive on its way from a request's body to the engine: the engine pulls on a thread of its
// own what the request's thread pushes, so that the answer can tell what the engine does with it.

#include "agent/base/core/result.hpp"
#include "agent/docker/images.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace agent::api {

// All calls from one thread.
class ImageLoad {
 public:
  using Tell = std::function<bool(const docker::ImageProgress&)>;  // False: nobody listens.

  // `tell` gets the engine's messages, within the calls below.
  ImageLoad(docker::Images& images, Tell tell, std::stop_token stop);
  ImageLoad(const ImageLoad&) = delete;
  ImageLoad& operator=(const ImageLoad&) = delete;
  ImageLoad(ImageLoad&&) = delete;
  ImageLoad& operator=(ImageLoad&&) = delete;
  ~ImageLoad();  // Stops the engine's call when it is still under way, and waits for it.

  // Blocks while the engine is behind. Errors: the engine's, when it has given up; cancelled.
  base::Status push(std::string_view bytes);
  // The archive is whole. Blocks until the engine is done: what it loaded, or what went wrong.
  base::Result<std::vector<std::string>> finish();

 private:
  base::Result<std::size_t> pull(char* buffer, std::size_t capacity);
  void run(const std::stop_token& stop);
  base::Status tell_until(const std::function<bool()>& reached);

  docker::Images& images_;
  const Tell tell_;
  const std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string waiting_;
  std::size_t taken_ = 0;  // Of `waiting_`.
  bool whole_ = false;
  bool stopping_ = false;
  std::deque<docker::ImageProgress> progress_;
  std::optional<base::Result<std::vector<std::string>>> result_;
  std::jthread thread_;
};

}  // namespace agent::api
