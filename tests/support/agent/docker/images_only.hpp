#pragma once

#include "agent/docker/images.hpp"

#include <array>
#include <cstddef>

namespace agent::docker {

// An engine that takes archives of images and does nothing else.
class ImagesOnly final : public Images {
 public:
  std::vector<std::string> loaded;
  std::optional<std::size_t> fail_after;  // Bytes.
  bool speak_first = false;               // Before it has read anything.
  std::size_t received = 0;
  bool ended = false;

  base::Result<std::vector<std::string>> load_images(const base::http::BodySource& archive,
                                                     const OnImageProgress& on_progress,
                                                     const Call& /*call*/) override {
    if (speak_first) {
      on_progress({.status = "Preparing"});
    }
    std::array<char, 65536> buffer{};
    for (;;) {
      const auto count = archive(buffer.data(), buffer.size());
      if (!count) {
        ended = true;
        return count.error();
      }
      received += *count;
      if (fail_after && received > *fail_after) {
        ended = true;
        return base::Error{base::ErrorCode::io, "no space left on device", "", "disk_full"};
      }
      if (*count == 0) {
        break;
      }
    }
    on_progress({.status = "Loading layer", .current = received, .total = received});
    ended = true;
    return loaded;
  }

  base::Result<ImageDetails> inspect_image(const std::string& image,
                                           const Call& /*call*/) override {
    return base::Error{base::ErrorCode::not_found, image};
  }
  base::Result<std::vector<ImageSummary>> list_images(const std::string& /*reference*/,
                                                      const Call& /*call*/) override {
    return std::vector<ImageSummary>{};
  }
  base::Status pull_image(const PullImage& pull,
                          const OnImageProgress& /*on_progress*/,
                          const Call& /*call*/) override {
    return base::Error{base::ErrorCode::not_found, pull.reference};
  }
  base::Status tag_image(const std::string& /*image*/,
                         const std::string& /*repository*/,
                         const std::string& /*tag*/,
                         const Call& /*call*/) override {
    return base::ok();
  }
  base::Status remove_image(const std::string& /*image*/, const Call& /*call*/) override {
    return base::ok();
  }
};

}  // namespace agent::docker
