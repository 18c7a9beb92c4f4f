#pragma once

#include "registry/store/blob_store.hpp"

#include <atomic>
#include <cerrno>
#include <memory>
#include <utility>

namespace registry::store {

// A blob store whose disk a test can fill.
class FillingBlobStore final : public BlobStore {
 public:
  explicit FillingBlobStore(std::unique_ptr<BlobStore> blobs) : blobs_(std::move(blobs)) {}

  void fill() { full_ = true; }

  base::Result<std::unique_ptr<PendingBlob>> begin() override {
    BASE_TRY_ASSIGN(auto pending, blobs_->begin());
    return std::unique_ptr<PendingBlob>(std::make_unique<Pending>(full_, std::move(pending)));
  }
  base::Result<OpenBlob> open(const std::string& id) override { return blobs_->open(id); }
  base::Result<base::fs::Space> free_space() override {
    return full_ ? base::fs::Space{} : blobs_->free_space();
  }
  base::Result<Collection> collect(const CollectionRules& rules) override {
    return blobs_->collect(rules);
  }

 private:
  class Pending final : public PendingBlob {
   public:
    Pending(const std::atomic<bool>& full, std::unique_ptr<PendingBlob> pending)
        : full_(full), pending_(std::move(pending)) {}

    base::Status append(std::string_view bytes) override {
      if (full_) {
        errno = ENOSPC;
        return base::fs::system_error("write", "/data/blobs/tmp/x");
      }
      return pending_->append(bytes);
    }
    base::Result<BlobDigests> seal() override { return pending_->seal(); }
    base::Result<base::Fd> read() override { return pending_->read(); }
    base::Status keep() override { return pending_->keep(); }

   private:
    const std::atomic<bool>& full_;
    std::unique_ptr<PendingBlob> pending_;
  };

  std::unique_ptr<BlobStore> blobs_;
  std::atomic<bool> full_ = false;
};

}  // namespace registry::store
