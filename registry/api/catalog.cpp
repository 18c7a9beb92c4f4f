#include "registry/api/catalog.hpp"

#include "agent/base/archive/gzip.hpp"
#include "agent/base/crypto/digest.hpp"
#include "agent/base/fs/files.hpp"
#include "registry/core/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace registry::api {
namespace {

using base::ErrorCode;
using base::http::Headers;
using core::Package;

// A smaller document fits into one packet as it is.
constexpr std::size_t k_min_gzip = 512;
constexpr std::size_t k_min_file = std::size_t{128} << 10U;
constexpr int k_attempts = 5;
// Most registries are reached by one address, some by two. More take turns, so that whoever makes
// hosts up costs the time of a document each and no memory.
constexpr std::size_t k_max_addresses = 4;

enum class Form { full, abbreviated };

// HTTP dates have whole seconds. Rounded up: clients take the date as an upper bound for the time
// of the newest version.
std::string http_date(base::WallTime time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time);
  const std::time_t count = seconds.time_since_epoch().count();
  std::tm fields{};
  gmtime_r(&count, &fields);
  constexpr std::array k_days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array k_months = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     k_days.at(static_cast<std::size_t>(fields.tm_wday)),
                     fields.tm_mday,
                     k_months.at(static_cast<std::size_t>(fields.tm_mon)),
                     fields.tm_year + 1900,
                     fields.tm_hour,
                     fields.tm_min,
                     fields.tm_sec);
}

Headers document_headers(const Representation& document, Form form, const Package& package) {
  return Headers{{"content-type",
                  form == Form::full ? "application/json" : "application/vnd.npm.install-v1+json"},
                 {"etag", document.etag},
                 {"last-modified", http_date(package.modified)},
                 {"cache-control", package.restricted ? "private, no-cache" : "no-cache"},
                 {"vary", "accept, accept-encoding"}};
}

// The tag depends on the form and on the address, both of which change the bytes, and not on the
// transfer coding: caches that unpack would lose it. `modified` tells apart two histories of one
// database, before and after a restore.
Representation represent(const Package& package,
                         Form form,
                         std::string text,
                         std::string_view address_fingerprint) {
  Representation document;
  document.etag = fmt::format("\"{}-{:x}-{}{}\"",
                              package.revision_text(),
                              package.modified.time_since_epoch().count(),
                              form == Form::full ? 'f' : 'a',
                              address_fingerprint);
  const auto headers = document_headers(document, form, package);
  document.plain_head = base::http::prepare_head(200, headers, text.size());
  document.not_modified_head = base::http::prepare_head(304, headers, std::nullopt);
  document.plain = std::make_shared<const std::string>(std::move(text));
  return document;
}

DocumentsPtr prepare(const std::shared_ptr<const Package>& package, const std::string& address) {
  const auto fingerprint = base::crypto::sha256_hex(address).substr(0, 8);
  auto documents = std::make_shared<Documents>();
  documents->address = address;
  documents->package = package;
  documents->full =
      represent(*package, Form::full, core::full_document(*package, address), fingerprint);
  documents->abbreviated = represent(
      *package, Form::abbreviated, core::abbreviated_document(*package, address), fingerprint);
  return documents;
}

// Small bytes are copied in one write together with the head; big ones are cheaper as a file, and
// stay in memory all the same.
base::http::Body body_of(std::string bytes) {
  if (bytes.size() >= k_min_file) {
    const std::uint64_t length = bytes.size();
    if (auto file = base::fs::memory_file(bytes)) {
      return base::http::FileBody{.file = std::make_shared<const base::Fd>(*std::move(file)),
                                  .length = length};
    }
  }
  return std::make_shared<const std::string>(std::move(bytes));
}

void compress(Representation& document, Form form, const Package& package) {
  if (document.plain->size() < k_min_gzip) {
    return;
  }
  if (auto packed = base::archive::gzipped(*document.plain)) {
    auto headers = document_headers(document, form, package);
    headers.add("content-encoding", "gzip");
    document.gzip_head = base::http::prepare_head(200, headers, packed->size());
    document.gzip_bytes = packed->size();
    document.gzip = body_of(*std::move(packed));
  }
}

}  // namespace

std::size_t Documents::bytes() const {
  std::size_t size = 2048;
  for (const auto* document : {&full, &abbreviated}) {
    size += document->plain == nullptr ? 0 : document->plain->size();
    size += document->gzip_bytes;
  }
  return size;
}

std::size_t CatalogEntry::bytes() const {
  std::size_t size = 1024;
  for (const auto& version : package->versions) {
    size += version.content->manifest.size() + version.content->abbreviated.size() + 512;
  }
  return size;
}

Catalog::Cache::Slot* Catalog::Cache::use(const std::string& name) {
  const auto found = slots.find(name);
  if (found == slots.end()) {
    return nullptr;
  }
  uses.splice(uses.begin(), uses, found->second.use);
  return &found->second;
}

DocumentsPtr Catalog::Cache::use_documents(Slot& slot, const std::string& address) {
  const auto ready = std::find_if(slot.documents.begin(),
                                  slot.documents.end(),
                                  [&](const auto& each) { return each->address == address; });
  if (ready == slot.documents.end()) {
    return nullptr;
  }
  std::rotate(slot.documents.begin(), ready, ready + 1);
  return slot.documents.front();
}

void Catalog::Cache::recount(Slot& slot) {
  bytes -= slot.bytes;
  slot.bytes = slot.entry->bytes();
  for (const auto& each : slot.documents) {
    slot.bytes += each->bytes();
  }
  bytes += slot.bytes;
}

void Catalog::Cache::shrink_to(std::size_t limit) {
  while (bytes > limit && uses.size() > 1) {
    const auto oldest = slots.find(uses.back());
    bytes -= oldest->second.bytes;
    slots.erase(oldest);
    uses.pop_back();
  }
}

Catalog::Catalog(store::MetadataStore& store,
                 upstream::Upstream& upstream,
                 base::http::WorkerPool& workers,
                 Options options)
    : store_(store), upstream_(upstream), workers_(workers), options_(std::move(options)) {}

std::mutex& Catalog::lock_of(const std::string& name) {
  return locks_.at(std::hash<std::string>()(name) % locks_.size());
}

Catalog::Ready Catalog::ready(const std::string& name, const std::string& address) {
  auto cache = cache_.lock();
  auto* slot = cache->use(name);
  return slot == nullptr
             ? Ready{}
             : Ready{.entry = slot->entry, .documents = Cache::use_documents(*slot, address)};
}

EntryPtr Catalog::cached(const std::string& name) {
  auto cache = cache_.lock();
  const auto* slot = cache->use(name);
  return slot == nullptr ? nullptr : slot->entry;
}

base::Result<EntryPtr> Catalog::find(const std::string& name) {
  if (auto entry = cached(name)) {
    return entry;
  }
  const std::lock_guard guard(lock_of(name));
  if (auto entry = cached(name)) {
    return entry;  // Somebody else read it while we waited.
  }
  BASE_TRY_ASSIGN(auto package, store_.load(name));
  if (!package) {
    BASE_TRY_ASSIGN(package, upstream_.find_package(name));
  }
  return insert(*std::move(package));
}

base::Result<EntryPtr> Catalog::change(const std::string& name, const Update& update) {
  const std::lock_guard guard(lock_of(name));
  auto entry = cached(name);
  for (int attempt = 0;; ++attempt) {
    Package before{.name = name};
    if (entry != nullptr) {
      before = *entry->package;
    } else {
      BASE_TRY_ASSIGN(auto stored, store_.load(name));
      if (stored) {
        before = *std::move(stored);
      }
    }
    BASE_TRY_ASSIGN(auto change, update(before));
    const auto sequence = store_.commit(change);
    if (sequence) {
      change.after.sequence = *sequence;
      return insert(std::move(change.after));
    }
    if (sequence.error().code != ErrorCode::conflict || attempt == k_attempts) {
      return sequence.error();
    }
    entry = nullptr;  // What is in memory is old: another replica has written.
  }
}

DocumentsPtr Catalog::cached_documents(const std::string& name, const std::string& address) {
  return ready(name, address).documents;
}

DocumentsPtr Catalog::documents(const EntryPtr& entry, const std::string& address) {
  const auto& name = entry->package->name;
  const std::lock_guard guard(lock_of(name));
  if (auto ready = cached_documents(name, address)) {
    return ready;  // Somebody else made them while we waited.
  }
  auto made = prepare(entry->package, address);
  if (keep(entry, made)) {
    compress_later(name, made);
  }
  return made;
}

std::string Catalog::address_in_use(const std::string& name) {
  auto cache = cache_.lock();
  const auto found = cache->slots.find(name);
  return found == cache->slots.end() || found->second.documents.empty()
             ? options_.public_url
             : found->second.documents.front()->address;
}

EntryPtr Catalog::insert(Package package) {
  auto entry = std::make_shared<CatalogEntry>();
  entry->package = std::make_shared<const Package>(std::move(package));
  const auto& stored = *entry->package;
  for (const auto& version : stored.versions) {
    entry->by_tarball.emplace(version.content->tarball, &version);
  }
  const auto address = stored.is_unpublished() ? std::string() : address_in_use(stored.name);
  auto documents = address.empty() ? nullptr : prepare(entry->package, address);
  put(entry, documents);
  if (documents != nullptr) {
    compress_later(stored.name, documents);
  }
  return entry;
}

void Catalog::put(const EntryPtr& entry, DocumentsPtr documents) {
  auto cache = cache_.lock();
  const auto& name = entry->package->name;
  auto& slot = cache->slots[name];
  if (slot.entry != nullptr) {
    cache->uses.splice(cache->uses.begin(), cache->uses, slot.use);
  } else {
    cache->uses.push_front(name);
    slot.use = cache->uses.begin();
  }
  slot.entry = entry;
  slot.documents.clear();
  if (documents != nullptr) {
    slot.documents.push_back(std::move(documents));
  }
  cache->recount(slot);
  cache->shrink_to(options_.memory_limit);
}

// False when the package was written or forgotten meanwhile: then they serve one answer and go.
bool Catalog::keep(const EntryPtr& entry, const DocumentsPtr& documents) {
  auto cache = cache_.lock();
  const auto found = cache->slots.find(entry->package->name);
  if (found == cache->slots.end() || found->second.entry != entry) {
    return false;
  }
  auto& slot = found->second;
  slot.documents.insert(slot.documents.begin(), documents);
  if (slot.documents.size() > k_max_addresses) {
    slot.documents.pop_back();
  }
  cache->recount(slot);
  cache->shrink_to(options_.memory_limit);
  return true;
}

// Several writes in a row leave one compression each in the queue, and only the newest is worth its
// time: the others find that their documents are no longer those that are served.
void Catalog::compress_later(const std::string& name, const DocumentsPtr& documents) {
  static_cast<void>(workers_.submit([this, name, weak = std::weak_ptr(documents)] {
    const auto plain = weak.lock();
    if (plain == nullptr || cached_documents(name, plain->address) != plain) {
      return;
    }
    auto packed = std::make_shared<Documents>(*plain);
    compress(packed->full, Form::full, *packed->package);
    compress(packed->abbreviated, Form::abbreviated, *packed->package);
    replace(name, plain, packed);
  }));
}

void Catalog::replace(const std::string& name,
                      const DocumentsPtr& plain,
                      const DocumentsPtr& packed) {
  auto cache = cache_.lock();
  const auto found = cache->slots.find(name);
  if (found == cache->slots.end()) {
    return;
  }
  auto& slot = found->second;
  std::replace(slot.documents.begin(), slot.documents.end(), plain, packed);
  cache->recount(slot);
  cache->shrink_to(options_.memory_limit);
}

}  // namespace registry::api
