#pragma once

#include "agent/base/fs/files.hpp"

#include <utility>

namespace base::fs {

// A folder of our own (mode 0700) that is removed with its contents when the owner goes away.
class TemporaryDirectory {
 public:
  // Made inside `parent`, which must exist.
  static Result<TemporaryDirectory> create(const Path& parent);

  TemporaryDirectory(TemporaryDirectory&& other) noexcept
      : path_(std::exchange(other.path_, Path{})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const Path& path() const noexcept { return path_; }

 private:
  explicit TemporaryDirectory(Path path) : path_(std::move(path)) {}
  Path path_;
};

}  // namespace base::fs
