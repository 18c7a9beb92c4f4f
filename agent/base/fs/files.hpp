#pragma once
// Files and folders. Errors carry the path and the system's reason; a full disk has the reason
// "disk_full", a missing file the code not_found, a refused one forbidden.

#include "agent/base/core/result.hpp"
#include "agent/base/fs/fd.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace base::fs {

using Path = std::filesystem::path;

// The error of a failed system call, from errno: "write /var/lib/x: No space left on device".
Error system_error(std::string_view action, const Path& path);

// The whole file. Errors: too_large beyond `max_bytes`, before more than that is read.
Result<std::string> read_file(const Path& path, std::size_t max_bytes);

// The same for a file in a folder that somebody else can write. Refuses (invalid_input) anything
// but a regular file, a symbolic link too, and never waits for one, as opening a FIFO would.
Result<std::string> read_untrusted_file(const Path& path, std::size_t max_bytes);

// Replaces or creates `path` so that a reader, or the machine after a power cut, sees the old
// contents or the new ones and nothing between: written beside, synced, renamed, folder synced.
Status write_atomically(const Path& path, std::string_view bytes, mode_t mode);

// A file without a name that lives in memory, with these bytes, which nobody can change any more.
// For bytes that go out many times: the kernel sends a file's pages without copying them.
Result<Fd> memory_file(std::string_view bytes);

// Creates `path` and the folders above it that are missing; the last one gets `mode` whatever the
// umask is. An existing folder keeps its mode.
Status make_directories(const Path& path, mode_t mode);

// Removes a file or a folder with all in it, without following symbolic links. A missing one is
// success.
Status remove_tree(const Path& path);

// Makes what a folder lists durable: needed after a rename or a new file in it.
Status sync_directory(const Path& path);

// `root` joined with a path from outside. Refuses (invalid_input) absolute paths, "..", empty
// names, NUL, and any existing component that is a symbolic link, so that the result lies in root.
// A link made by somebody else between this call and the use is not seen: use it for folders that
// only we write.
Result<Path> contained_path(const Path& root, std::string_view untrusted);

struct Space {
  std::uint64_t free_bytes = 0;  // What a process without privileges can use.
  std::uint64_t free_inodes = 0;
};
Result<Space> free_space(const Path& path);

}  // namespace base::fs
