#include "agent/base/archive/tar_reader.hpp"

#include "agent/base/archive/entry_path.hpp"
#include "agent/base/fs/files.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>
#include <vector>

namespace base::archive {
namespace {

struct CloseArchive {
  void operator()(::archive* handle) const { archive_read_free(handle); }
};

Error damaged(::archive* handle) {
  const char* text = archive_error_string(handle);
  return Error{ErrorCode::invalid_input,
               fmt::format("the archive cannot be read: {}", text != nullptr ? text : "no reason")};
}

}  // namespace

struct TarReader::Impl {
  ByteSource source;
  TarLimits limits;
  std::vector<char> buffer = std::vector<char>(std::size_t{64} * 1024);
  std::optional<Error> source_error;
  std::uint64_t entries = 0;
  std::uint64_t total_bytes = 0;
  internal::LinkRegister links;
  std::unique_ptr<::archive, CloseArchive> handle{archive_read_new()};

  static la_ssize_t read_more(::archive* handle, void* self, const void** bytes);
  [[nodiscard]] Error failure();
  Result<Entry> check(archive_entry* raw);
  Status check_links(Entry& entry, archive_entry* raw);
};

// Called by the C library, through which no exception may pass.
la_ssize_t TarReader::Impl::read_more(::archive* handle, void* self, const void** bytes) {
  auto& impl = *static_cast<Impl*>(self);
  Error error{ErrorCode::internal, "the source of the archive failed"};
  try {
    auto count = impl.source(impl.buffer);
    if (count) {
      BASE_ASSERT(*count <= impl.buffer.size());
      *bytes = impl.buffer.data();
      return static_cast<la_ssize_t>(*count);
    }
    error = std::move(count).error();
  } catch (const std::exception& exception) {
    error.message += fmt::format(": {}", exception.what());
  }
  impl.source_error = std::move(error);
  archive_set_error(handle, EIO, "the source failed");
  return -1;
}

Error TarReader::Impl::failure() {
  return source_error ? *source_error : damaged(handle.get());
}

Result<Entry> TarReader::Impl::check(archive_entry* raw) {
  if (++entries > limits.max_entries) {
    return Error{ErrorCode::too_large,
                 fmt::format("the archive has more than {} entries", limits.max_entries)};
  }
  // Outside a UTF-8 locale libarchive warns about names beyond ASCII and leaves their bytes as they
  // are, which is what we want.
  const char* path = archive_entry_pathname(raw);
  BASE_TRY_ASSIGN(auto normal,
                  internal::normal_path(path != nullptr ? path : "", limits.max_path_bytes));
  Entry entry{.path = std::move(normal),
              .mode = archive_entry_perm(raw),
              .modified = archive_entry_mtime(raw),
              .uid = static_cast<std::uint32_t>(archive_entry_uid(raw)),
              .gid = static_cast<std::uint32_t>(archive_entry_gid(raw))};
  BASE_TRY(links.check_behind_none(entry.path));
  BASE_TRY(check_links(entry, raw));
  if (entry.kind == EntryKind::file) {
    const auto size = archive_entry_size(raw);
    entry.size = static_cast<std::uint64_t>(std::max<la_int64_t>(size, 0));
    if (size < 0 || entry.size > limits.max_total_bytes - total_bytes) {
      return Error{
          ErrorCode::too_large,
          fmt::format("the archive unpacks to more than {} bytes", limits.max_total_bytes)};
    }
    total_bytes += entry.size;
  }
  return entry;
}

// Sets the kind and the target, and remembers symbolic links.
Status TarReader::Impl::check_links(Entry& entry, archive_entry* raw) {
  links.remove(entry.path);
  if (const char* target = archive_entry_hardlink(raw); target != nullptr) {
    BASE_TRY_ASSIGN(entry.link_target, internal::normal_path(target, limits.max_path_bytes));
    BASE_TRY(links.check_behind_none(entry.link_target));
    entry.kind = EntryKind::hard_link;
    return ok();
  }
  switch (archive_entry_filetype(raw)) {
    case AE_IFREG:
      entry.kind = EntryKind::file;
      return ok();
    case AE_IFDIR:
      entry.kind = EntryKind::directory;
      return ok();
    case AE_IFLNK: {
      const char* target = archive_entry_symlink(raw);
      entry.kind = EntryKind::symbolic_link;
      entry.link_target = target != nullptr ? target : "";
      BASE_TRY(internal::check_link_target(entry.path, entry.link_target, limits.max_path_bytes));
      return links.add(entry.path);
    }
    default:
      return Error{
          ErrorCode::invalid_input,
          fmt::format("the archive's entry '{:.200}' is a device, a fifo or a socket", entry.path)};
  }
}

TarReader::TarReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader& TarReader::operator=(TarReader&&) noexcept = default;
TarReader::~TarReader() = default;

Result<TarReader> TarReader::open(ByteSource source, const TarLimits& limits) {
  auto impl = std::make_unique<Impl>();
  impl->source = std::move(source);
  impl->limits = limits;
  auto* handle = impl->handle.get();
  archive_read_support_format_tar(handle);
  archive_read_support_filter_gzip(handle);
  archive_read_support_filter_zstd(handle);
  if (archive_read_open(handle, impl.get(), nullptr, &Impl::read_more, nullptr) != ARCHIVE_OK) {
    return impl->failure();
  }
  return TarReader(std::move(impl));
}

Result<TarReader> TarReader::open_file(const std::filesystem::path& path, const TarLimits& limits) {
  // Shared because a std::function is copied; there is one owner in effect.
  const auto file = std::make_shared<Fd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file->valid()) {
    return fs::system_error("open", path);
  }
  const auto source = [file, path](std::span<char> buffer) -> Result<std::size_t> {
    while (true) {
      const auto count = ::read(file->get(), buffer.data(), buffer.size());
      if (count >= 0) {
        return static_cast<std::size_t>(count);
      }
      if (errno != EINTR) {
        return fs::system_error("read", path);
      }
    }
  };
  return open(source, limits);
}

Result<TarReader> TarReader::open_bytes(std::string_view bytes, const TarLimits& limits) {
  const auto source = [rest = bytes](std::span<char> buffer) mutable -> Result<std::size_t> {
    const auto count = rest.copy(buffer.data(), buffer.size());
    rest.remove_prefix(count);
    return count;
  };
  return open(source, limits);
}

Result<std::optional<Entry>> TarReader::next() {
  archive_entry* raw = nullptr;
  const int result = archive_read_next_header(impl_->handle.get(), &raw);
  if (result == ARCHIVE_EOF) {
    return std::optional<Entry>{};
  }
  if (result < ARCHIVE_WARN) {
    return impl_->failure();
  }
  BASE_TRY_ASSIGN(auto entry, impl_->check(raw));
  return std::optional<Entry>(std::move(entry));
}

Result<std::size_t> TarReader::read(std::span<char> buffer) {
  const auto count = archive_read_data(impl_->handle.get(), buffer.data(), buffer.size());
  if (count < 0) {
    return impl_->failure();
  }
  return static_cast<std::size_t>(count);
}

Result<std::string> TarReader::read_all(std::size_t max_bytes) {
  std::string contents;
  std::vector<char> piece(std::size_t{64} * 1024);
  while (true) {
    BASE_TRY_ASSIGN(const auto count, read(piece));
    if (count == 0) {
      return contents;
    }
    if (count > max_bytes - contents.size()) {
      return Error{ErrorCode::too_large,
                   fmt::format("an entry of the archive is larger than {} bytes", max_bytes)};
    }
    contents.append(piece.data(), count);
  }
}

}  // namespace base::archive
