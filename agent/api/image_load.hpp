#pragma once
// An archive on its way from a request's body to the engine: the engine pulls on a thread of its
// own what the request's thread pushes, so that the answer can tell what the engine does with it.

#include "agent/base/core/result.hpp"
#include "agent/docker/images.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace agent::api {

class ImageLoad {
 public:
  explicit ImageLoad(docker::Images& images);
  ImageLoad(const ImageLoad&) = delete;
  ImageLoad& operator=(const ImageLoad&) = delete;
  ImageLoad(ImageLoad&&) = delete;
  ImageLoad& operator=(ImageLoad&&) = delete;
  ~ImageLoad();  // Stops the engine's call when it is still under way, and waits for it.

  // Blocks while the engine is behind. Error: the engine's, when it has given up.
  base::Status push(std::string_view bytes);
  void finish();  // The archive is whole.

  // Blocks for the engine's next message; nothing when it is done or `stop` is asked.
  std::optional<docker::ImageProgress> next_progress(const std::stop_token& stop);
  // After nothing came: what was loaded, or what went wrong.
  base::Result<std::vector<std::string>> result();

 private:
  base::Result<std::size_t> pull(char* buffer, std::size_t capacity);
  void run(const std::stop_token& stop);

  docker::Images& images_;
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
