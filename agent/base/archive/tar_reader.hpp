#pragma once
// Reading tar archives from outside: plain, gzip or zstd, recognised by their first bytes. Nothing
// is written to disk here; whoever does so finds only entries that stay inside their root.

#include "agent/base/core/result.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace base::archive {

enum class EntryKind { file, directory, symbolic_link, hard_link };

struct Entry {
  std::string path;  // Relative, without "." and trailing slash; "." for the root itself.
  EntryKind kind = EntryKind::file;
  std::uint64_t size = 0;     // Of a file's contents.
  std::string link_target;    // As written, for a symbolic link; a path as above for a hard link.
  mode_t mode = 0;            // Permission bits alone.
  std::int64_t modified = 0;  // Seconds since 1970.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

struct TarLimits {
  std::uint64_t max_entries = 100'000;
  std::uint64_t max_total_bytes = std::uint64_t{4} << 30U;  // Unpacked, all entries together.
  std::size_t max_path_bytes = 1024;
};

// Fills the buffer with the next bytes and returns how many; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

//   while (true) {
//     BASE_TRY_ASSIGN(const auto entry, reader.next());
//     if (!entry) break;
//     …
//   }
// Belongs to one thread at a time.
class TarReader {
 public:
  static Result<TarReader> open(ByteSource source, const TarLimits& limits = {});
  static Result<TarReader> open_file(const std::filesystem::path& path,
                                     const TarLimits& limits = {});
  // The bytes must outlive the reader.
  static Result<TarReader> open_bytes(std::string_view bytes, const TarLimits& limits = {});

  TarReader(TarReader&& other) noexcept;
  TarReader& operator=(TarReader&& other) noexcept;
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;
  ~TarReader();

  // The next entry, nothing at the end; what was not read of the one before is skipped. Errors:
  // too_large beyond a limit; invalid_input for what is no tar or is damaged, and for an absolute
  // path, "..", a path through a symbolic link of the same archive, a link that leads out of the
  // root or has ".." after a name, a device, a fifo; the source's own. A plain archive that was cut
  // between two entries looks whole. After an error the reader is of no further use.
  Result<std::optional<Entry>> next();

  // The next bytes of the current entry; 0 at its end.
  Result<std::size_t> read(std::span<char> buffer);
  // All that is left of the current entry. Errors: too_large beyond `max_bytes`.
  Result<std::string> read_all(std::size_t max_bytes);

 private:
  struct Impl;
  explicit TarReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace base::archive
