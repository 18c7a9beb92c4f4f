#pragma once

#include "agent/base/fs/lock_file.hpp"

#include <filesystem>
#include <utility>

namespace registry::store {

// A folder for what this process is still writing, below a folder that it shares with others: with
// PostgreSQL several registries can have one place for blobs, and a container that replaces another
// may start before that one has ended. Beside each folder lies a lock file that its process holds,
// so that what nobody holds is a dead process's and can go.
class TemporaryFolder {
 public:
  // Makes a folder of our own in `parent` and removes those of the dead. Errors: those of files.
  static base::Result<TemporaryFolder> claim(const std::filesystem::path& parent);

  TemporaryFolder(TemporaryFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  TemporaryFolder(std::filesystem::path path, base::fs::LockFile lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  base::fs::LockFile lock_;
};

}  // namespace registry::store
