// Reading tarballs: files sent by the kernel, whole or in part, never compressed again.

#include "agent/base/core/guarded.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/negotiation.hpp"
#include "registry/api/routes.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <list>
#include <unordered_map>
#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::FileBody;
using base::http::Headers;
using base::http::Response;

struct OpenTarball {
  std::shared_ptr<const base::Fd> file;
  std::uint64_t size = 0;
  std::string etag;
  // Ready heads of a public package's tarball, and of a restricted one's.
  struct Heads {
    base::http::SharedHead whole;
    base::http::SharedHead not_modified;
  };
  std::array<Heads, 2> heads;
};
using TarballPtr = std::shared_ptr<const OpenTarball>;

// Descriptors of the tarballs used last. A blob never changes, so an entry is never out of date.
class OpenTarballs {
 public:
  OpenTarballs(store::BlobStore& blobs, bool shared_caches)
      : blobs_(blobs), shared_caches_(shared_caches) {}

  TarballPtr cached(const std::string& blob) {
    auto open = open_.lock();
    const auto found = open->by_blob.find(blob);
    if (found == open->by_blob.end()) {
      return nullptr;
    }
    open->uses.splice(open->uses.begin(), open->uses, found->second);
    return found->second->second;
  }

  base::Result<TarballPtr> open(const std::string& blob) {
    if (auto found = cached(blob)) {
      return found;
    }
    BASE_TRY_ASSIGN(auto file, blobs_.open(blob));
    auto tarball = std::make_shared<OpenTarball>();
    tarball->file = std::make_shared<const base::Fd>(std::move(file.file));
    tarball->size = static_cast<std::uint64_t>(file.size);
    tarball->etag = fmt::format("\"{}\"", blob.substr(0, 40));
    for (const bool restricted : {false, true}) {
      const auto fields = headers(tarball->etag, restricted);
      tarball->heads.at(restricted ? 1 : 0) = {
          .whole = base::http::prepare_head(200, fields, tarball->size),
          .not_modified = base::http::prepare_head(304, fields, std::nullopt)};
    }
    auto open = open_.lock();
    if (!open->by_blob.contains(blob)) {
      open->uses.emplace_front(blob, tarball);
      open->by_blob[blob] = open->uses.begin();
      if (open->uses.size() > k_max_open) {
        open->by_blob.erase(open->uses.back().first);
        open->uses.pop_back();
      }
    }
    return TarballPtr(std::move(tarball));
  }

  [[nodiscard]] Headers headers(const std::string& etag, bool restricted) const {
    // What only some may read must not be shared by proxies.
    const auto* const cache_control = shared_caches_ && !restricted
                                          ? "public, immutable, max-age=31557600"
                                          : "private, immutable, max-age=31557600";
    return Headers{{"content-type", "application/octet-stream"},
                   {"etag", etag},
                   {"accept-ranges", "bytes"},
                   {"cache-control", cache_control}};
  }

 private:
  static constexpr std::size_t k_max_open = 512;

  struct Open {
    std::list<std::pair<std::string, TarballPtr>> uses;  // Most recent first.
    std::unordered_map<std::string, std::list<std::pair<std::string, TarballPtr>>::iterator>
        by_blob;
  };

  store::BlobStore& blobs_;
  bool shared_caches_;
  base::Guarded<Open> open_;
};

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return !text.empty() && read.ec == std::errc() && read.ptr == end ? std::optional(value)
                                                                    : std::nullopt;
}

enum class RangeKind { whole, part, unsatisfiable };

// One range, as download managers send; several ranges are answered with the whole file, which
// RFC 9110 allows.
RangeKind read_range(std::string_view field, std::uint64_t size, ByteRange& range) {
  const auto dash = field.find('-');
  if (!field.starts_with("bytes=") || dash == std::string_view::npos ||
      field.find(',') != std::string_view::npos) {
    return RangeKind::whole;
  }
  const auto first = number_of(field.substr(6, dash - 6));
  const auto last = number_of(field.substr(dash + 1));
  if (first) {
    if (!last && dash + 1 != field.size()) {
      return RangeKind::whole;
    }
    range = {.first = *first, .last = std::min(last.value_or(size), size - 1)};
    if (*first >= size) {
      return RangeKind::unsatisfiable;
    }
    return last && *last < *first ? RangeKind::whole : RangeKind::part;
  }
  if (dash != 6 || !last) {
    return RangeKind::whole;
  }
  range = {.first = size - std::min(*last, size), .last = size - 1};
  return *last == 0 ? RangeKind::unsatisfiable : RangeKind::part;
}

Response tarball_answer(const Call& call,
                        const OpenTarball& tarball,
                        const OpenTarballs& tarballs) {
  const auto& request = call.request();
  const bool restricted = call.package->package->restricted;
  const auto& heads = tarball.heads.at(restricted ? 1 : 0);
  const auto condition = request.headers.get("if-none-match");
  if (condition && etag_matches(*condition, tarball.etag)) {
    return Response{.status = 304, .head = heads.not_modified};
  }
  ByteRange range;
  const auto field = request.headers.get("range");
  const auto precondition = request.headers.get("if-range");
  const bool wants_range =
      field && tarball.size > 0 && (!precondition || *precondition == tarball.etag);
  switch (wants_range ? read_range(*field, tarball.size, range) : RangeKind::whole) {
    case RangeKind::whole:
      break;
    case RangeKind::unsatisfiable: {
      auto answer = error_answer(416, "the range lies outside the file");
      answer.headers.add("content-range", fmt::format("bytes */{}", tarball.size));
      return answer;
    }
    case RangeKind::part: {
      auto headers = tarballs.headers(tarball.etag, restricted);
      headers.add("content-range",
                  fmt::format("bytes {}-{}/{}", range.first, range.last, tarball.size));
      return Response{
          .status = 206,
          .headers = std::move(headers),
          .body = FileBody{
              .file = tarball.file, .offset = range.first, .length = range.last - range.first + 1}};
    }
  }
  return Response{.body = FileBody{.file = tarball.file, .offset = 0, .length = tarball.size},
                  .head = heads.whole};
}

// The version is looked up by the stored file name: it cannot be read out of the name for sure.
const core::PackageVersion* version_of(const CatalogEntry& entry, const std::string& file) {
  const auto found = entry.by_tarball.find(file);
  return found == entry.by_tarball.end() ? nullptr : found->second;
}

}  // namespace

void add_tarball_routes(RouteTables& tables, const Services& services) {
  auto tarballs =
      std::make_shared<OpenTarballs>(services.blobs, services.authority.policy().anonymous_read);
  tables.packages.add(
      "GET",
      "/{package}/-/{file}",
      access::Permission::read_package,
      Action{.quick = [tarballs](const Call& call) -> std::optional<Response> {
               const auto* version = version_of(*call.package, call.parameters.at("file"));
               const auto tarball =
                   version == nullptr ? nullptr : tarballs->cached(version->content->blob);
               if (tarball == nullptr) {
                 return std::nullopt;
               }
               return tarball_answer(call, *tarball, *tarballs);
             },
             .answer = [tarballs](Call& call) -> base::Result<Response> {
               const auto& file = call.parameters.at("file");
               const auto* version = version_of(*call.package, file);
               if (version == nullptr) {
                 return Error{ErrorCode::not_found, fmt::format("no such tarball: {:.256}", file)};
               }
               auto tarball = tarballs->open(version->content->blob);
               if (!tarball) {
                 // The document promises it: a fault of ours, not a question for something unknown.
                 return Error{ErrorCode::io,
                              fmt::format("the tarball {} is missing from storage: {}",
                                          file,
                                          tarball.error().message)};
               }
               return tarball_answer(call, **tarball, *tarballs);
             }});
}

}  // namespace registry::api
