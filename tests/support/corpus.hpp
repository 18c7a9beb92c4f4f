#pragma once
// Documents that others wrote, to test against; no part of this repository. The environment
// variable SLIPWAY_CORPUS names their folder; without it, `corpus` in a folder `shared` beside the
// source tree is taken when it exists.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace tests {

inline std::optional<std::filesystem::path> corpus_folder(const std::filesystem::path& source_dir) {
  const char* const named = std::getenv("SLIPWAY_CORPUS");  // NOLINT(concurrency-mt-unsafe)
  const auto folder = named != nullptr ? std::filesystem::path(named)
                                       : source_dir.parent_path() / "shared" / "corpus";
  return std::filesystem::is_directory(folder) ? std::optional(folder) : std::nullopt;
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace tests
