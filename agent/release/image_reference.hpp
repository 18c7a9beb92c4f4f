#pragma once
// Image references as Docker writes them: [host[:port]/]path[:tag][@digest]. Source of the grammar:
// the reference package of the OCI distribution project.

#include "agent/base/core/result.hpp"

#include <string>
#include <string_view>

namespace agent::release {

struct ImageReference {
  std::string registry;    // "registry.example.com:5000"; empty when the reference names no host.
  std::string repository;  // "library/postgres", without host, tag and digest.
  std::string tag;         // "latest" when neither tag nor digest was given.
  std::string digest;      // "sha256:..."; empty when none was given.

  // Can it be fetched? Without a host it means an image that somebody loads into the engine: the
  // product never asks a public registry on its own.
  [[nodiscard]] bool names_registry() const noexcept { return !registry.empty(); }
  // With everything that was left out filled in.
  [[nodiscard]] std::string full() const;
};

// As Docker does, the first part is a host when it has a dot or a colon, or is "localhost". Errors:
// invalid_input.
base::Result<ImageReference> parse_image_reference(std::string_view text);

}  // namespace agent::release
