#pragma once
// Which paths and links an archive may hold so that whoever unpacks it stays inside its root.
// Internal to this folder.

#include "agent/base/core/result.hpp"

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace base::archive::internal {

// The path without "." components and trailing slash; "." for the root. Errors: invalid_input for
// an empty or absolute one and for "..", too_large beyond `max_bytes`.
Result<std::string> normal_path(std::string_view raw, std::size_t max_bytes);

// Errors: invalid_input when a symbolic link at `path` (normal) with that target could lead out of
// the root, too_large beyond `max_bytes`.
Status check_link_target(std::string_view path, std::string_view target, std::size_t max_bytes);

// The symbolic links of one archive so far. An entry behind one of them ("l/x" after the link "l")
// would be written wherever the link points, and links behind links can add up to a way out
// although each is harmless; so nothing may lie behind a link.
class LinkRegister {
 public:
  // Errors: too_large when an archive has absurdly many links.
  Status add(std::string path);
  // Errors: invalid_input when one of the folders above `path` is a link.
  [[nodiscard]] Status check_behind_none(std::string_view path) const;
  // Another entry of that name takes the link's place.
  void remove(std::string_view path);

 private:
  std::set<std::string, std::less<>> paths_;
  std::size_t bytes_ = 0;
};

}  // namespace base::archive::internal
