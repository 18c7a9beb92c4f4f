#pragma once
// Tarballs, named by what they contain.

#include "agent/base/core/result.hpp"
#include "agent/base/fs/files.hpp"
#include "registry/store/blob_collection.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace registry::store {

struct BlobDigests {
  std::string sha512_hex;  // The blob's id.
  std::string sha512_base64;
  std::string sha1_hex;
  std::int64_t size = 0;
};

// A blob that is still being written. It vanishes with this object unless keep() succeeded. Belongs
// to one thread at a time.
class PendingBlob {
 public:
  virtual ~PendingBlob() = default;
  // Errors: io, with the reason "disk_full" when there is no room.
  virtual base::Status append(std::string_view bytes) = 0;
  // No more bytes follow.
  virtual base::Result<BlobDigests> seal() = 0;
  // The bytes from their beginning, for looking into them before they are kept. After seal().
  virtual base::Result<base::Fd> read() = 0;
  // Makes the blob durable and readable under its id. A blob that is there already is success.
  virtual base::Status keep() = 0;
};

struct OpenBlob {
  base::Fd file;
  std::int64_t size = 0;
};

// Safe from any thread. What the disk refuses is an error of code io, whatever the system calls it,
// and carries a path: that is for the log, not for clients.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual base::Result<std::unique_ptr<PendingBlob>> begin() = 0;
  // Errors: not_found, io.
  virtual base::Result<OpenBlob> open(const std::string& id) = 0;
  // Of the disk that the blobs are on.
  virtual base::Result<base::fs::Space> free_space() = 0;
  // Removes blobs that nothing names, as collect_blobs() says. May take minutes.
  virtual base::Result<Collection> collect(const CollectionRules& rules) = 0;
};

// Files below a folder: `tmp/` for pending ones, `sha512/ab/<id>`, and `unreferenced/<id>` for what
// a collection set aside. A blob is written beside, synced, renamed and its folder synced, so that
// after a power cut a name has all its bytes or does not exist. What dead processes left in `tmp/`
// is removed here. Errors: io, forbidden.
base::Result<std::unique_ptr<BlobStore>> open_blob_folder(const std::filesystem::path& root);

}  // namespace registry::store
