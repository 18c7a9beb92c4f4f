#pragma once
// Where in the folder of blobs a blob lies. Internal to this folder's sources.

#include "agent/base/fs/files.hpp"

#include <algorithm>
#include <string_view>

namespace registry::store::layout {

using base::fs::Path;

inline constexpr mode_t k_folder_mode = 0700;
inline constexpr mode_t k_file_mode = 0600;

inline bool is_blob_id(std::string_view id) {
  constexpr std::size_t k_id_length = 128;
  return id.size() == k_id_length && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

inline Path blobs(const Path& root) {
  return root / "sha512";
}

inline Path folder_of(const Path& root, std::string_view id) {
  return blobs(root) / id.substr(0, 2);
}

inline Path blob(const Path& root, std::string_view id) {
  return folder_of(root, id) / id;
}

// For blobs that no version named when they were last looked at.
inline Path aside(const Path& root) {
  return root / "unreferenced";
}

}  // namespace registry::store::layout
