#pragma once
// Removing blobs that nothing names: of unpublished versions, and of publishes that were not
// committed.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace registry::store {

struct CollectionRules {
  // Whether a version names the blob.
  std::function<base::Result<bool>(const std::string& id)> is_named;
  base::WallTime now;
  std::chrono::milliseconds grace;  // Younger blobs stay, and so do those set aside for less.
  std::stop_token stop = {};        // Ends a collection early; nothing is half done.
};

struct Collection {
  std::uint64_t set_aside = 0;
  std::uint64_t put_back = 0;
  std::uint64_t deleted = 0;
  std::uint64_t deleted_bytes = 0;
};

// Collects below the root of a blob folder. Errors: conflict (another process is at it), those of
// files, and those of `is_named`.
//
// A blob that nothing names is set aside, and deleted by a later collection when it has lain aside
// for the grace time and still nothing names it. Opening a blob that lies aside puts it back. So a
// version that is committed while its blob is set aside, or a registry that ran on the wrong
// database for a while, loses nothing.
base::Result<Collection> collect_blobs(const std::filesystem::path& root,
                                       const CollectionRules& rules);

}  // namespace registry::store
