#include "registry/store/blob_collection.hpp"

#include "agent/base/fs/lock_file.hpp"
#include "registry/store/blob_layout.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace registry::store {
namespace {

using base::fs::Path;
using base::fs::system_error;

struct BlobFile {
  Path path;
  std::uint64_t size = 0;
  base::WallTime modified;
};

base::WallTime modified_of(const struct stat& file) {
  return base::WallTime(std::chrono::seconds(file.st_mtim.tv_sec) +
                        std::chrono::milliseconds(file.st_mtim.tv_nsec / 1'000'000));
}

base::Result<std::vector<Path>> entries_of(const Path& folder) {
  std::vector<Path> entries;
  std::error_code error;
  auto entry = std::filesystem::directory_iterator(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    entries.push_back(entry->path());
  }
  if (error) {
    errno = error.value();
    return system_error("list", folder);
  }
  return entries;
}

// One that is gone by now, or is no blob, is none of our business.
base::Result<std::vector<BlobFile>> blobs_in(const Path& folder) {
  BASE_TRY_ASSIGN(const auto entries, entries_of(folder));
  std::vector<BlobFile> blobs;
  for (const auto& path : entries) {
    struct stat found {};
    if (layout::is_blob_id(path.filename().native()) && ::lstat(path.c_str(), &found) == 0 &&
        S_ISREG(found.st_mode)) {
      blobs.push_back({.path = path,
                       .size = static_cast<std::uint64_t>(found.st_size),
                       .modified = modified_of(found)});
    }
  }
  return blobs;
}

bool is_past_grace(const BlobFile& blob, const CollectionRules& rules) {
  return blob.modified + rules.grace <= rules.now;
}

base::Status move(const Path& from, const Path& to) {
  return ::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT
             ? base::ok()
             : base::Status(system_error("move", from));
}

// Its age counts from here.
base::Status set_aside(const Path& root, const BlobFile& blob, base::WallTime now) {
  const auto since_epoch = now.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const timespec time{.tv_sec = seconds.count(),
                      .tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count()};
  const std::array times = {time, time};
  if (::utimensat(AT_FDCWD, blob.path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
    return system_error("set the time of", blob.path);
  }
  return move(blob.path, layout::aside(root) / blob.path.filename());
}

base::Status go_through_those_aside(const Path& root,
                                    const CollectionRules& rules,
                                    Collection& done) {
  BASE_TRY_ASSIGN(const auto blobs, blobs_in(layout::aside(root)));
  for (const auto& blob : blobs) {
    if (rules.stop.stop_requested()) {
      break;
    }
    const auto id = blob.path.filename().native();
    BASE_TRY_ASSIGN(const bool is_named, rules.is_named(id));
    if (is_named) {
      BASE_TRY(move(blob.path, layout::blob(root, id)));
      ++done.put_back;
    } else if (is_past_grace(blob, rules)) {
      if (::unlink(blob.path.c_str()) != 0 && errno != ENOENT) {
        return system_error("remove", blob.path);
      }
      ++done.deleted;
      done.deleted_bytes += blob.size;
    }
  }
  return base::ok();
}

base::Status set_aside_what_nothing_names(const Path& root,
                                          const Path& folder,
                                          const CollectionRules& rules,
                                          Collection& done) {
  BASE_TRY_ASSIGN(const auto blobs, blobs_in(folder));
  for (const auto& blob : blobs) {
    if (rules.stop.stop_requested()) {
      break;
    }
    if (!is_past_grace(blob, rules)) {
      continue;
    }
    BASE_TRY_ASSIGN(const bool is_named, rules.is_named(blob.path.filename().native()));
    if (!is_named) {
      BASE_TRY(set_aside(root, blob, rules.now));
      ++done.set_aside;
    }
  }
  return base::ok();
}

}  // namespace

// Three may race with us. A publish of bytes that lie aside keeps a copy of its own, as it looks
// only where blobs belong; so what is deleted is never the only copy of what is named. A publish
// that found its blob in place just before it is set aside names it a moment later; opening it puts
// it back. Another collection could delete what we set aside after it had looked at its age: hence
// the lock, and deleting before setting aside.
base::Result<Collection> collect_blobs(const std::filesystem::path& root,
                                       const CollectionRules& rules) {
  BASE_TRY_ASSIGN(const auto lock, base::fs::LockFile::acquire(root / "collection.lock"));
  Collection done;
  BASE_TRY(go_through_those_aside(root, rules, done));
  BASE_TRY_ASSIGN(const auto folders, entries_of(layout::blobs(root)));
  for (const auto& folder : folders) {
    if (rules.stop.stop_requested()) {
      break;
    }
    BASE_TRY(set_aside_what_nothing_names(root, folder, rules, done));
  }
  return done;
}

}  // namespace registry::store
