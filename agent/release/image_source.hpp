#pragma once
// Where images come from. The engine's own store and the registry that a reference names are one
// source; bundles and channels can become others.

#include "agent/base/core/result.hpp"
#include "agent/docker/images.hpp"

#include <memory>
#include <optional>
#include <string>

namespace agent::release {

struct FetchProgress {
  std::uint64_t current = 0;  // Bytes, over all layers known so far.
  std::uint64_t total = 0;
  std::string text;
};

// Safe from any thread.
class ImageSource {
 public:
  virtual ~ImageSource() = default;

  // Whether `fetch` has a place to look in. An error says why not and what to do: not_found with
  // reason "image_missing".
  virtual base::Status can_fetch(const std::string& reference) = 0;

  // Brings the image into the engine. Errors: those of the engine's pull, with the reference.
  virtual base::Status fetch(const std::string& reference,
                             const std::function<void(const FetchProgress&)>& on_progress,
                             const docker::Call& call) = 0;
};

// Pulls through the engine, without credentials. `images` must outlive it.
std::unique_ptr<ImageSource> make_engine_image_source(docker::Images& images);

}  // namespace agent::release
