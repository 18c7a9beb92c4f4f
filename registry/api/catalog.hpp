#pragma once
// Packages as answers that are ready before they are asked for.
//
// For every package in use the catalog holds both documents as bytes, with heads and ETags, once
// for each address under which it is asked for. Those for the configured address, or for the one
// used last, are made when the package is read from the store or written, so a request costs a
// lookup; gzip follows from a worker, and until it is there the plain bytes are served.

#include "agent/base/core/guarded.hpp"
#include "agent/base/http/response.hpp"
#include "agent/base/http/worker_pool.hpp"
#include "registry/core/package.hpp"
#include "registry/store/metadata_store.hpp"
#include "registry/upstream/upstream.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace registry::api {

// One document in the forms in which it travels.
struct Representation {
  std::string etag;
  base::http::SharedBytes plain;
  base::http::SharedHead plain_head;
  base::http::Body gzip;  // None until it is made, and when it would be longer.
  std::size_t gzip_bytes = 0;
  base::http::SharedHead gzip_head;
  base::http::SharedHead not_modified_head;
};

// Both documents of one revision as clients of one address read them.
struct Documents {
  std::string address;
  std::shared_ptr<const core::Package> package;
  Representation full;
  Representation abbreviated;

  [[nodiscard]] std::size_t bytes() const;
};
using DocumentsPtr = std::shared_ptr<const Documents>;

struct CatalogEntry {
  std::shared_ptr<const core::Package> package;
  std::unordered_map<std::string_view, const core::PackageVersion*> by_tarball;

  [[nodiscard]] std::size_t bytes() const;
};
using EntryPtr = std::shared_ptr<const CatalogEntry>;

class Catalog {
 public:
  struct Options {
    std::string public_url;  // Empty: addresses come with requests.
    std::size_t memory_limit = std::size_t{192}
                               << 20U;  // Of all that is held; the least used go first.
  };

  // All outlive the catalog.
  Catalog(store::MetadataStore& store,
          upstream::Upstream& upstream,
          base::http::WorkerPool& workers,
          Options options);

  struct Ready {
    EntryPtr entry;
    DocumentsPtr documents;  // Null when they have to be made.
  };

  // What is in memory already; no entry does not mean that the package does not exist. Never
  // blocks.
  [[nodiscard]] Ready ready(const std::string& name, const std::string& address);

  // The entry, from memory or the store; a tombstone is an entry too. May block. Errors: not_found.
  base::Result<EntryPtr> find(const std::string& name);

  // The documents of a package under an address (without a slash at its end), made if need be; of
  // `entry` or of what has replaced it. Only for a package that is not unpublished. Compresses
  // nothing itself, but takes long for a large package.
  DocumentsPtr documents(const EntryPtr& entry, const std::string& address);

  using Update = std::function<base::Result<core::Change>(const core::Package& before)>;

  // Applies a write: calls `update` with the package as it is (of revision 0 when there is none)
  // and commits what it returns. Writes on one package take turns. When another replica was faster
  // the update is called again with what that one wrote. On return the change is durable and
  // served. May block.
  base::Result<EntryPtr> change(const std::string& name, const Update& update);

 private:
  struct Cache {
    struct Slot {
      EntryPtr entry;
      std::vector<DocumentsPtr> documents;  // Of `entry`, one an address; most recent first.
      std::size_t bytes = 0;
      std::list<std::string>::iterator use;
    };
    std::unordered_map<std::string, Slot> slots;
    std::list<std::string> uses;  // Most recent first.
    std::size_t bytes = 0;

    Slot* use(const std::string& name);
    static DocumentsPtr use_documents(Slot& slot, const std::string& address);
    void recount(Slot& slot);
    void shrink_to(std::size_t limit);
  };

  std::mutex& lock_of(const std::string& name);
  [[nodiscard]] EntryPtr cached(const std::string& name);
  [[nodiscard]] DocumentsPtr cached_documents(const std::string& name, const std::string& address);
  EntryPtr insert(core::Package package);
  void put(const EntryPtr& entry, DocumentsPtr documents);
  [[nodiscard]] std::string address_in_use(const std::string& name);
  bool keep(const EntryPtr& entry, const DocumentsPtr& documents);
  void compress_later(const std::string& name, const DocumentsPtr& documents);
  void replace(const std::string& name, const DocumentsPtr& plain, const DocumentsPtr& packed);

  store::MetadataStore& store_;
  upstream::Upstream& upstream_;
  base::http::WorkerPool& workers_;
  Options options_;
  base::Guarded<Cache> cache_;
  // A package's lock is held while it is read into the cache and while it is written, so that an
  // older state never replaces a newer one. Packages share locks by hash; a thousand are enough
  // that publishes of different packages rarely wait for each other.
  std::array<std::mutex, 1024> locks_;
};

}  // namespace registry::api
