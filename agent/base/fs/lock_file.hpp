#pragma once

#include "agent/base/fs/files.hpp"

#include <utility>

namespace base::fs {

// A lock that the kernel gives up when its holder dies, with the holder's pid as the file's text.
// The file stays, unless somebody removes it while holding the lock: then whoever waits for the
// next one gets a file of its own, never a lock on the removed one.
class LockFile {
 public:
  // Errors: conflict, naming the holder, when another process has it.
  static Result<LockFile> acquire(const Path& path);

 private:
  explicit LockFile(Fd file) : file_(std::move(file)) {}
  Fd file_;
};

}  // namespace base::fs
