#pragma once
// The documents that clients read, as text: concatenations of what was stored at publish. Nothing
// is parsed but the one manifest of `latest`, whose descriptive fields are repeated at the top.

#include "registry/core/package.hpp"

#include <string>
#include <string_view>

namespace registry::core {

// `public_url` is where clients reach the registry, without a slash at its end.

// "application/json": everything, with `_rev` and the complete `time`.
std::string full_document(const Package& package, std::string_view public_url);

// "application/vnd.npm.install-v1+json": what an installation needs.
std::string abbreviated_document(const Package& package, std::string_view public_url);

// One version's manifest.
std::string version_document(const PackageVersion& version, std::string_view public_url);

// {"latest":"1.0.0"}
std::string tags_document(const Package& package);

}  // namespace registry::core
