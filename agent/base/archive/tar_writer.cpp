#include "agent/base/archive/tar_writer.hpp"

#include "agent/base/archive/entry_path.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace base::archive {
namespace {

struct CloseArchive {
  void operator()(::archive* handle) const { archive_write_free(handle); }
};

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

constexpr std::size_t k_max_path_bytes = 1024;
constexpr int k_block_bytes = 64 * 1024;

}  // namespace

struct TarWriter::Impl {
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;
  // Freeing an archive that was not finished makes libarchive write its end, for whose sink nobody
  // may be there any more.
  ~Impl() { silent = true; }

  ByteSink sink;
  bool silent = false;
  std::optional<Error> sink_error;
  std::string current;        // The path of the file that is being written.
  std::uint64_t missing = 0;  // Bytes that are still to come of it.
  std::unique_ptr<archive_entry, FreeEntry> entry{archive_entry_new()};
  std::unique_ptr<::archive, CloseArchive> handle{archive_write_new()};

  static la_ssize_t write_more(::archive* handle, void* self, const void* bytes, std::size_t size);
  [[nodiscard]] Error failure();
  [[nodiscard]] Status check_complete() const;
  Result<archive_entry*> prepare(std::string_view path, const Metadata& metadata);
  Status write_header();
};

// Called by the C library, through which no exception may pass. It is never told of an error: it
// would leak its buffers (3.6 does). Ours look at sink_error after each call instead.
la_ssize_t TarWriter::Impl::write_more(::archive* /*handle*/,
                                       void* self,
                                       const void* bytes,
                                       std::size_t size) {
  auto& impl = *static_cast<Impl*>(self);
  const auto taken = static_cast<la_ssize_t>(size);
  if (impl.silent || impl.sink_error) {
    return taken;
  }
  try {
    auto written = impl.sink(std::string_view(static_cast<const char*>(bytes), size));
    if (!written) {
      impl.sink_error = std::move(written).error();
    }
  } catch (const std::exception& exception) {
    impl.sink_error =
        Error{ErrorCode::internal, fmt::format("the archive's sink: {}", exception.what())};
  }
  return taken;
}

Error TarWriter::Impl::failure() {
  if (sink_error) {
    return *sink_error;
  }
  const char* text = archive_error_string(handle.get());
  return Error{ErrorCode::internal,
               fmt::format("the archive cannot be written: {}", text != nullptr ? text : "?")};
}

Status TarWriter::Impl::check_complete() const {
  if (missing != 0) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("'{}' lacks {} bytes of its announced size", current, missing)};
  }
  return ok();
}

Result<archive_entry*> TarWriter::Impl::prepare(std::string_view path, const Metadata& metadata) {
  BASE_TRY(check_complete());
  BASE_TRY_ASSIGN(auto normal, internal::normal_path(path, k_max_path_bytes));
  auto* raw = archive_entry_clear(entry.get());
  archive_entry_copy_pathname(raw, normal.c_str());
  archive_entry_set_perm(raw, metadata.mode);
  archive_entry_set_mtime(raw, metadata.modified, 0);
  archive_entry_set_uid(raw, metadata.uid);
  archive_entry_set_gid(raw, metadata.gid);
  current = std::move(normal);
  return raw;
}

// Outside a UTF-8 locale (our programs never set one) libarchive warns about names beyond ASCII and
// writes their bytes as they are, marked as binary, which every reader takes for what they are.
Status TarWriter::Impl::write_header() {
  const bool written = archive_write_header(handle.get(), entry.get()) >= ARCHIVE_WARN;
  return written && !sink_error ? ok() : Status(failure());
}

TarWriter::TarWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TarWriter::TarWriter(TarWriter&&) noexcept = default;
TarWriter& TarWriter::operator=(TarWriter&&) noexcept = default;
TarWriter::~TarWriter() = default;

Result<TarWriter> TarWriter::open(ByteSink sink, Compression compression) {
  auto impl = std::make_unique<Impl>();
  impl->sink = std::move(sink);
  auto* handle = impl->handle.get();
  archive_write_set_format_pax_restricted(handle);
  switch (compression) {
    case Compression::none:
      archive_write_add_filter_none(handle);
      break;
    case Compression::gzip:
      archive_write_add_filter_gzip(handle);
      archive_write_set_filter_option(handle, "gzip", "timestamp", nullptr);
      break;
    case Compression::zstd:
      archive_write_add_filter_zstd(handle);
      break;
  }
  archive_write_set_bytes_per_block(handle, k_block_bytes);
  archive_write_set_bytes_in_last_block(handle, 1);  // No zeros to fill the last block.
  if (archive_write_open(handle, impl.get(), nullptr, &Impl::write_more, nullptr) != ARCHIVE_OK) {
    return impl->failure();
  }
  return TarWriter(std::move(impl));
}

Status TarWriter::add_file(std::string_view path,
                           std::string_view contents,
                           const Metadata& metadata) {
  BASE_TRY(begin_file(path, contents.size(), metadata));
  return write(contents);
}

Status TarWriter::add_directory(std::string_view path, const Metadata& metadata) {
  BASE_TRY_ASSIGN(auto* raw, impl_->prepare(path, metadata));
  archive_entry_set_filetype(raw, AE_IFDIR);
  return impl_->write_header();
}

Status TarWriter::add_symbolic_link(std::string_view path,
                                    std::string_view target,
                                    const Metadata& metadata) {
  BASE_TRY_ASSIGN(auto* raw, impl_->prepare(path, metadata));
  BASE_TRY(internal::check_link_target(impl_->current, target, k_max_path_bytes));
  archive_entry_set_filetype(raw, AE_IFLNK);
  archive_entry_copy_symlink(raw, std::string(target).c_str());
  return impl_->write_header();
}

Status TarWriter::begin_file(std::string_view path, std::uint64_t size, const Metadata& metadata) {
  BASE_TRY_ASSIGN(auto* raw, impl_->prepare(path, metadata));
  archive_entry_set_filetype(raw, AE_IFREG);
  archive_entry_set_size(raw, static_cast<la_int64_t>(size));
  BASE_TRY(impl_->write_header());
  impl_->missing = size;
  return ok();
}

Status TarWriter::write(std::string_view bytes) {
  if (bytes.size() > impl_->missing) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("'{}' has more bytes than its announced size", impl_->current)};
  }
  while (!bytes.empty()) {
    const auto count = archive_write_data(impl_->handle.get(), bytes.data(), bytes.size());
    if (count <= 0 || impl_->sink_error) {
      return impl_->failure();
    }
    const auto taken = std::min(static_cast<std::size_t>(count), bytes.size());
    impl_->missing -= taken;
    bytes.remove_prefix(taken);
  }
  return ok();
}

Status TarWriter::finish() {
  BASE_TRY(impl_->check_complete());
  const bool closed = archive_write_close(impl_->handle.get()) == ARCHIVE_OK;
  return closed && !impl_->sink_error ? ok() : Status(impl_->failure());
}

Result<std::string> tar_bytes(const std::function<Status(TarWriter&)>& fill,
                              Compression compression) {
  std::string bytes;
  const auto sink = [&bytes](std::string_view piece) -> Status {
    bytes += piece;
    return ok();
  };
  BASE_TRY_ASSIGN(auto writer, TarWriter::open(sink, compression));
  BASE_TRY(fill(writer));
  BASE_TRY(writer.finish());
  return bytes;
}

}  // namespace base::archive
