#include "registry/api/catalog.hpp"

#include "agent/base/crypto/digest.hpp"
#include "registry/api/gzip.hpp"
#include "registry/core/document.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Headers;
using core::Package;

// A smaller document fits into one packet as it is.
constexpr std::size_t k_min_gzip = 512;
constexpr int k_attempts = 5;

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
                 {"cache-control", "no-cache"},
                 {"vary", "accept, accept-encoding"}};
}

// The tag depends on the form and on the public address, both of which change the bytes, and not
// on the transfer coding: caches that unpack would lose it. `modified` tells apart two histories of
// one database, before and after a restore.
Representation represent(const Package& package,
                         Form form,
                         std::string text,
                         std::string_view url_fingerprint) {
  Representation document;
  document.etag = fmt::format("\"{}-{:x}-{}{}\"",
                              package.revision_text(),
                              package.modified.time_since_epoch().count(),
                              form == Form::full ? 'f' : 'a',
                              url_fingerprint);
  const auto headers = document_headers(document, form, package);
  document.plain_head = base::http::prepare_head(200, headers, text.size());
  document.not_modified_head = base::http::prepare_head(304, headers, std::nullopt);
  document.plain = std::make_shared<const std::string>(std::move(text));
  return document;
}

void compress(Representation& document, Form form, const Package& package) {
  if (document.plain->size() < k_min_gzip) {
    return;
  }
  if (auto packed = gzipped(*document.plain)) {
    auto headers = document_headers(document, form, package);
    headers.add("content-encoding", "gzip");
    document.gzip_head = base::http::prepare_head(200, headers, packed->size());
    document.gzip = std::make_shared<const std::string>(*std::move(packed));
  }
}

}  // namespace

std::size_t CatalogEntry::bytes() const {
  std::size_t size = 2048;
  for (const auto* document : {&full, &abbreviated}) {
    size += document->plain == nullptr ? 0 : document->plain->size();
    size += document->gzip == nullptr ? 0 : document->gzip->size();
  }
  for (const auto& version : package->versions) {
    size += version.content->manifest.size() + version.content->abbreviated.size() + 512;
  }
  return size;
}

Catalog::Catalog(store::MetadataStore& store,
                 upstream::Upstream& upstream,
                 base::http::WorkerPool& workers,
                 Options options)
    : store_(store),
      upstream_(upstream),
      workers_(workers),
      options_(std::move(options)),
      url_fingerprint_(base::crypto::sha256_hex(options_.public_url).substr(0, 8)) {}

std::mutex& Catalog::lock_of(const std::string& name) {
  return locks_.at(std::hash<std::string>()(name) % locks_.size());
}

EntryPtr Catalog::cached(const std::string& name) {
  auto cache = cache_.lock();
  const auto found = cache->slots.find(name);
  if (found == cache->slots.end()) {
    return nullptr;
  }
  cache->uses.splice(cache->uses.begin(), cache->uses, found->second.use);
  return found->second.entry;
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

EntryPtr Catalog::insert(Package package) {
  auto entry = std::make_shared<CatalogEntry>();
  entry->package = std::make_shared<const Package>(std::move(package));
  const auto& stored = *entry->package;
  if (!stored.is_unpublished()) {
    entry->full = represent(
        stored, Form::full, core::full_document(stored, options_.public_url), url_fingerprint_);
    entry->abbreviated = represent(stored,
                                   Form::abbreviated,
                                   core::abbreviated_document(stored, options_.public_url),
                                   url_fingerprint_);
  }
  for (const auto& version : stored.versions) {
    entry->by_tarball.emplace(version.content->tarball, &version);
  }
  put(stored.name, entry);
  if (!stored.is_unpublished()) {
    compress_later(entry);
  }
  return entry;
}

void Catalog::put(const std::string& name, EntryPtr entry) {
  auto cache = cache_.lock();
  auto& slot = cache->slots[name];
  if (slot.entry != nullptr) {
    cache->bytes -= slot.entry->bytes();
    cache->uses.splice(cache->uses.begin(), cache->uses, slot.use);
  } else {
    cache->uses.push_front(name);
    slot.use = cache->uses.begin();
  }
  cache->bytes += entry->bytes();
  slot.entry = std::move(entry);
  while (cache->bytes > options_.memory_limit && cache->uses.size() > 1) {
    const auto oldest = cache->slots.find(cache->uses.back());
    cache->bytes -= oldest->second.entry->bytes();
    cache->slots.erase(oldest);
    cache->uses.pop_back();
  }
}

// Several writes in a row leave one compression each in the queue, and only the newest is worth its
// time: the others find that their entry is no longer the one that is served.
void Catalog::compress_later(const EntryPtr& entry) {
  static_cast<void>(workers_.submit([this, weak = std::weak_ptr<const CatalogEntry>(entry)] {
    const auto plain = weak.lock();
    if (plain == nullptr || cached(plain->package->name) != plain) {
      return;
    }
    auto packed = std::make_shared<CatalogEntry>(*plain);
    compress(packed->full, Form::full, *packed->package);
    compress(packed->abbreviated, Form::abbreviated, *packed->package);
    const auto& name = packed->package->name;
    const std::lock_guard guard(lock_of(name));
    if (cached(name) == plain) {
      put(name, std::move(packed));
    }
  }));
}

}  // namespace registry::api
