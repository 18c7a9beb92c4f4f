#pragma once
// Writing tar archives (POSIX: ustar, with pax records where a name or size needs them). The same
// calls give the same bytes: nothing comes from the clock, the machine or the locale.

#include "agent/base/core/result.hpp"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace base::archive {

enum class Compression { none, gzip, zstd };

struct Metadata {
  mode_t mode = 0644;
  std::int64_t modified = 0;  // Seconds since 1970.
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// Takes the next bytes of the archive. An error stops the writer and is returned by its caller.
using ByteSink = std::function<Status(std::string_view bytes)>;

// Paths are relative; the writer is given them by our own code and refuses (invalid_input) what
// TarReader would refuse. Folders are not made by themselves: add them before what is in them.
// Belongs to one thread at a time.
class TarWriter {
 public:
  static Result<TarWriter> open(ByteSink sink, Compression compression = Compression::none);

  TarWriter(TarWriter&& other) noexcept;
  TarWriter& operator=(TarWriter&& other) noexcept;
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;
  ~TarWriter();

  Status add_file(std::string_view path, std::string_view contents, const Metadata& metadata = {});
  Status add_directory(std::string_view path, const Metadata& metadata = {.mode = 0755});
  Status add_symbolic_link(std::string_view path,
                           std::string_view target,
                           const Metadata& metadata = {.mode = 0777});

  // A file of `size` bytes whose contents follow by write(), exactly so many, before the next
  // entry. Errors of the next call: invalid_input when there were fewer.
  Status begin_file(std::string_view path, std::uint64_t size, const Metadata& metadata = {});
  Status write(std::string_view bytes);

  // The archive's end; needed, and nothing may follow it.
  Status finish();

 private:
  struct Impl;
  explicit TarWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// An archive in memory: `fill` adds the entries.
Result<std::string> tar_bytes(const std::function<Status(TarWriter&)>& fill,
                              Compression compression = Compression::none);

}  // namespace base::archive
