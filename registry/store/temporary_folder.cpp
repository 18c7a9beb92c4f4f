#include "registry/store/temporary_folder.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"

#include <unistd.h>

#include <system_error>
#include <vector>

namespace registry::store {
namespace {

using base::fs::LockFile;
using base::fs::Path;

constexpr mode_t k_folder_mode = 0700;
constexpr std::string_view k_lock_suffix = ".lock";

Path lock_of(Path folder) {
  return folder += k_lock_suffix;
}

// The folder first: while its lock file is there, somebody will come for it.
base::Status remove_folder(const Path& folder) {
  BASE_TRY(base::fs::remove_tree(folder));
  if (::unlink(lock_of(folder).c_str()) != 0 && errno != ENOENT) {
    return base::fs::system_error("remove", lock_of(folder));
  }
  return base::ok();
}

base::Result<std::vector<Path>> lock_files_in(const Path& parent) {
  std::vector<Path> files;
  std::error_code error;
  auto entry = std::filesystem::directory_iterator(parent, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == k_lock_suffix) {
      files.push_back(entry->path());
    }
  }
  if (error) {
    errno = error.value();
    return base::fs::system_error("list", parent);
  }
  return files;
}

base::Status remove_those_of_the_dead(const Path& parent) {
  BASE_TRY_ASSIGN(const auto files, lock_files_in(parent));
  for (const auto& file : files) {
    const auto lock = LockFile::acquire(file);
    if (lock) {
      auto folder = file;
      BASE_TRY(remove_folder(folder.replace_extension()));
    } else if (lock.error().code != base::ErrorCode::conflict) {
      return lock.error();
    }
  }
  return base::ok();
}

}  // namespace

base::Result<TemporaryFolder> TemporaryFolder::claim(const std::filesystem::path& parent) {
  BASE_TRY(base::fs::make_directories(parent, k_folder_mode));
  BASE_TRY(remove_those_of_the_dead(parent));
  while (true) {
    const Path path = parent / base::crypto::hex_encode(base::crypto::random_bytes(16));
    auto lock = LockFile::acquire(lock_of(path));
    if (!lock && lock.error().code == base::ErrorCode::conflict) {
      continue;  // Who starts at the same time took it for a dead process's.
    }
    if (!lock) {
      return std::move(lock).error();
    }
    BASE_TRY(base::fs::make_directories(path, k_folder_mode));
    return TemporaryFolder(path, *std::move(lock));
  }
}

TemporaryFolder::~TemporaryFolder() {
  if (!path_.empty()) {
    static_cast<void>(remove_folder(path_));
  }
}

}  // namespace registry::store
