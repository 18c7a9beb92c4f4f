#include "agent/base/fs/files.hpp"

#include "agent/base/core/errno_code.hpp"
#include "agent/base/core/scope_exit.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace base::fs {
namespace {

Status write_all(int fd, std::string_view bytes, const Path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return system_error("write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ok();
}

Result<std::string> read_all(const Fd& file, const Path& path, std::size_t max_bytes) {
  std::string contents;
  std::array<char, 65'536> buffer{};
  while (true) {
    const auto count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      return system_error("read", path);
    }
    if (count == 0) {
      return contents;
    }
    if (contents.size() + static_cast<std::size_t>(count) > max_bytes) {
      return Error{ErrorCode::too_large,
                   fmt::format("{} is larger than {} bytes", path.string(), max_bytes)};
    }
    contents.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Error system_error(std::string_view action, const Path& path) {
  const int number = errno;
  Error error{code_of_errno(number),
              fmt::format("{} {}: {}",
                          action,
                          path.string(),
                          std::error_code(number, std::generic_category()).message())};
  if (number == ENOSPC || number == EDQUOT) {
    error.reason = "disk_full";
    error.hint = fmt::format("Free space on the file system that holds {}.", path.string());
  }
  return error;
}

Result<std::string> read_file(const Path& path, std::size_t max_bytes) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return system_error("open", path);
  }
  return read_all(file, path, max_bytes);
}

Result<std::string> read_untrusted_file(const Path& path, std::size_t max_bytes) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.valid() && errno != ELOOP) {
    return system_error("open", path);
  }
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{ErrorCode::invalid_input, fmt::format("{} is not a regular file", path.string())};
  }
  return read_all(file, path, max_bytes);
}

Status write_atomically(const Path& path, std::string_view bytes, mode_t mode) {
  auto pattern = path.string() + ".XXXXXX";
  const Fd file(::mkostemp(pattern.data(), O_CLOEXEC));
  if (!file.valid()) {
    return system_error("create a file beside", path);
  }
  ScopeExit remove_partial([&] { static_cast<void>(::unlink(pattern.c_str())); });
  BASE_TRY(write_all(file.get(), bytes, path));
  if (::fchmod(file.get(), mode) != 0) {
    return system_error("set the mode of", path);
  }
  if (::fsync(file.get()) != 0) {
    return system_error("sync", path);
  }
  if (::rename(pattern.c_str(), path.c_str()) != 0) {
    return system_error("rename to", path);
  }
  remove_partial.release();
  return sync_directory(path.parent_path());
}

Result<Fd> memory_file(std::string_view bytes) {
  Fd file(::memfd_create("bytes", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.valid()) {
    return system_error("create", "a file in memory");
  }
  BASE_TRY(write_all(file.get(), bytes, "a file in memory"));
  constexpr int k_seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(file.get(), F_ADD_SEALS, k_seals) != 0) {
    return system_error("seal", "a file in memory");
  }
  return file;
}

Status make_directories(const Path& path, mode_t mode) {
  if (path.has_parent_path() && path.parent_path() != path) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      errno = error.value();
      return system_error("create", path.parent_path());
    }
  }
  if (::mkdir(path.c_str(), mode) == 0) {
    return ::chmod(path.c_str(), mode) == 0 ? ok() : Status(system_error("set the mode of", path));
  }
  struct stat status {};
  if (errno == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return ok();
  }
  return system_error("create", path);
}

Status remove_tree(const Path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) {
    errno = error.value();
    return system_error("remove", path);
  }
  return ok();
}

Status sync_directory(const Path& path) {
  const Path folder = path.empty() ? Path(".") : path;
  const Fd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) {
    return system_error("open", folder);
  }
  return ::fsync(directory.get()) == 0 ? ok() : Status(system_error("sync", folder));
}

Result<Path> contained_path(const Path& root, std::string_view untrusted) {
  const auto refuse = [&](std::string_view why) {
    return Error{ErrorCode::invalid_input, fmt::format("the path '{}' {}", untrusted, why)};
  };
  if (untrusted.empty() || untrusted.find('\0') != std::string_view::npos) {
    return refuse("is empty or holds a NUL byte");
  }
  if (untrusted.front() == '/') {
    return refuse("is absolute");
  }
  Path result = root;
  for (const auto& part : Path(untrusted)) {
    if (part.empty() || part == "." || part == "..") {
      return refuse("holds an empty, '.' or '..' component");
    }
    result /= part;
    struct stat status {};
    if (::lstat(result.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
      return refuse("goes through a symbolic link");
    }
  }
  return result;
}

Result<Space> free_space(const Path& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) {
    return system_error("read the free space of", path);
  }
  return Space{.free_bytes = std::uint64_t{status.f_bavail} * status.f_frsize,
               .free_inodes = status.f_favail};
}

}  // namespace base::fs
