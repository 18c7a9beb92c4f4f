#include "agent/base/fs/lock_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace base::fs {

namespace {

// Whether `path` still names the file that was opened, or another one has taken its place.
bool is_file_at(const Path& path, const Fd& file) {
  struct stat opened {};
  struct stat found {};
  return ::fstat(file.get(), &opened) == 0 && ::stat(path.c_str(), &found) == 0 &&
         opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

Result<Fd> open_locked(const Path& path) {
  while (true) {
    Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.valid()) {
      return system_error("open", path);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) {
        return system_error("lock", path);
      }
      const auto holder = read_file(path, 64);
      return Error{ErrorCode::conflict,
                   fmt::format("{} is held by another process (pid {})",
                               path.string(),
                               holder && !holder->empty() ? *holder : "unknown")};
    }
    if (is_file_at(path, file)) {
      return file;
    }
  }
}

}  // namespace

Result<LockFile> LockFile::acquire(const Path& path) {
  BASE_TRY_ASSIGN(auto file, open_locked(path));
  const auto pid = fmt::format("{}", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 ||
      ::pwrite(file.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return system_error("write", path);
  }
  return LockFile(std::move(file));
}

}  // namespace base::fs
