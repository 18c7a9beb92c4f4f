#include "registry/store/blob_store.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"
#include "registry/store/blob_layout.hpp"
#include "registry/store/temporary_folder.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;
using base::crypto::Digest;
using base::crypto::DigestKind;
using base::fs::Path;
using base::fs::system_error;

// "Permission denied" of a folder of ours does not mean that the client lacks one.
Error as_disk_error(Error error) {
  error.code = ErrorCode::io;
  return error;
}

Error disk_error(std::string_view action, const Path& path) {
  return as_disk_error(system_error(action, path));
}

class FilePendingBlob final : public PendingBlob {
 public:
  FilePendingBlob(Path root, Path temporary, base::Fd file)
      : root_(std::move(root)), temporary_(std::move(temporary)), file_(std::move(file)) {}
  FilePendingBlob(const FilePendingBlob&) = delete;
  FilePendingBlob& operator=(const FilePendingBlob&) = delete;
  FilePendingBlob(FilePendingBlob&&) = delete;
  FilePendingBlob& operator=(FilePendingBlob&&) = delete;
  ~FilePendingBlob() override {
    if (!kept_) {
      static_cast<void>(::unlink(temporary_.c_str()));
    }
  }

  base::Status append(std::string_view bytes) override {
    BASE_ASSERT(id_.empty());
    sha512_.update(bytes);
    sha1_.update(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0) {
        if (errno == EINTR) {
          continue;
        }
        return disk_error("write", temporary_);
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return base::ok();
  }

  base::Result<BlobDigests> seal() override {
    BASE_ASSERT(id_.empty());
    const std::string sha512 = sha512_.finish();
    id_ = base::crypto::hex_encode(sha512);
    return BlobDigests{.sha512_hex = id_,
                       .sha512_base64 = base::crypto::base64_encode(sha512),
                       .sha1_hex = base::crypto::hex_encode(sha1_.finish()),
                       .size = size_};
  }

  base::Result<base::Fd> read() override {
    BASE_ASSERT(!id_.empty());
    base::Fd file(::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
      return disk_error("open", temporary_);
    }
    return file;
  }

  base::Status keep() override {
    BASE_ASSERT(!id_.empty());
    const Path folder = layout::folder_of(root_, id_);
    const Path target = layout::blob(root_, id_);
    struct stat found {};
    const bool exists = ::stat(target.c_str(), &found) == 0 && found.st_size == size_;
    if (!exists) {
      if (::fdatasync(file_.get()) != 0) {
        return disk_error("sync", temporary_);
      }
      if (::rename(temporary_.c_str(), target.c_str()) != 0) {
        return disk_error("rename", target);
      }
      kept_ = true;
    }
    // Also for one that was there: who put it there may not have come this far yet.
    auto synced = base::fs::sync_directory(folder);
    return synced ? std::move(synced) : base::Status(as_disk_error(std::move(synced).error()));
  }

 private:
  Path root_;
  Path temporary_;
  base::Fd file_;
  Digest sha512_{DigestKind::sha512};
  Digest sha1_{DigestKind::sha1};
  std::int64_t size_ = 0;
  std::string id_;
  bool kept_ = false;
};

class FileBlobStore final : public BlobStore {
 public:
  FileBlobStore(Path root, TemporaryFolder temporary)
      : root_(std::move(root)), temporary_(std::move(temporary)) {}

  base::Result<std::unique_ptr<PendingBlob>> begin() override {
    const auto name = base::crypto::hex_encode(base::crypto::random_bytes(16));
    Path temporary = temporary_.path() / name;
    base::Fd file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, layout::k_file_mode));
    if (!file.valid()) {
      return disk_error("create", temporary);
    }
    return std::unique_ptr<PendingBlob>(
        std::make_unique<FilePendingBlob>(root_, std::move(temporary), std::move(file)));
  }

  base::Result<OpenBlob> open(const std::string& id) override {
    if (!layout::is_blob_id(id)) {
      return Error{ErrorCode::not_found, fmt::format("not the id of a blob: {:.130}", id)};
    }
    auto opened = open_in_place(id);
    if (!opened && opened.error().code == ErrorCode::not_found) {
      // A collection may have set it aside just before a version named it.
      const Path aside = layout::aside(root_) / id;
      if (::rename(aside.c_str(), layout::blob(root_, id).c_str()) == 0) {
        return open_in_place(id);
      }
    }
    return opened;
  }

  base::Result<base::fs::Space> free_space() override { return base::fs::free_space(root_); }

  base::Result<Collection> collect(const CollectionRules& rules) override {
    return collect_blobs(root_, rules);
  }

 private:
  [[nodiscard]] base::Result<OpenBlob> open_in_place(const std::string& id) const {
    const Path path = layout::blob(root_, id);
    base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat found {};
    if (!file.valid() || ::fstat(file.get(), &found) != 0) {
      return errno == ENOENT ? system_error("open", path) : disk_error("open", path);
    }
    return OpenBlob{.file = std::move(file), .size = found.st_size};
  }

  Path root_;
  TemporaryFolder temporary_;
};

}  // namespace

base::Result<std::unique_ptr<BlobStore>> open_blob_folder(const std::filesystem::path& root) {
  const Path blobs = layout::blobs(root);
  BASE_TRY(base::fs::make_directories(blobs, layout::k_folder_mode));
  BASE_TRY(base::fs::make_directories(layout::aside(root), layout::k_folder_mode));
  // All at once, so that no publish has to make a folder and sync the one above it.
  for (unsigned i = 0; i < 256; ++i) {
    const Path folder = blobs / fmt::format("{:02x}", i);
    if (::mkdir(folder.c_str(), layout::k_folder_mode) != 0 && errno != EEXIST) {
      return system_error("create", folder);
    }
  }
  BASE_TRY_ASSIGN(auto temporary, TemporaryFolder::claim(root / "tmp"));
  BASE_TRY(base::fs::sync_directory(blobs));
  BASE_TRY(base::fs::sync_directory(root));
  return std::unique_ptr<BlobStore>(std::make_unique<FileBlobStore>(root, std::move(temporary)));
}

}  // namespace registry::store
