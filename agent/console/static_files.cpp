#include "agent/console/static_files.hpp"

#include "agent/base/archive/gzip.hpp"
#include "agent/base/crypto/digest.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/console/security_headers.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>
#include <utility>

namespace agent::console {
namespace {

namespace http = base::http;
using base::Error;
using base::ErrorCode;

constexpr std::size_t k_most_bytes = std::size_t{32} << 20U;
constexpr std::size_t k_etag_digits = 32;
constexpr std::string_view k_index = "/index.html";

struct MediaType {
  std::string_view ending;
  std::string_view type;
  bool packs;  // Worth compressing.
};
constexpr std::array k_media_types{
    MediaType{".html", "text/html; charset=utf-8", true},
    MediaType{".js", "text/javascript; charset=utf-8", true},
    MediaType{".css", "text/css; charset=utf-8", true},
    MediaType{".json", "application/json", true},
    MediaType{".svg", "image/svg+xml", true},
    MediaType{".txt", "text/plain; charset=utf-8", true},
    MediaType{".png", "image/png", false},
    MediaType{".ico", "image/x-icon", false},
    MediaType{".woff2", "font/woff2", false},
    MediaType{".woff", "font/woff", false},
};

MediaType media_type(std::string_view path) {
  for (const auto& each : k_media_types) {
    if (path.ends_with(each.ending)) {
      return each;
    }
  }
  return {"", "application/octet-stream", false};
}

// The build puts a hash of the contents into the names below assets: such a file never changes.
std::string_view caching(std::string_view path) {
  return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

bool hidden(const std::filesystem::path& path) {
  return path.filename().string().starts_with('.');
}

http::Headers common_headers(const std::string& path, const std::string& etag) {
  auto headers = security_headers();
  headers.add("Content-Type", std::string(media_type(path).type));
  headers.add("Cache-Control", std::string(caching(path)));
  headers.add("Vary", "Accept-Encoding");
  headers.add("ETag", etag);
  return headers;
}

http::Response not_found() {
  return {.status = 404,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::string("There is nothing here.\n")};
}

}  // namespace

base::Result<StaticFiles::File> StaticFiles::make_file(const std::string& path, std::string bytes) {
  File file{.etag = '"' + base::crypto::sha256_hex(bytes).substr(0, k_etag_digits) + '"'};
  const auto headers = common_headers(path, file.etag);
  file.unchanged = http::prepare_head(304, headers, std::nullopt);
  if (media_type(path).packs) {
    if (auto packed = base::archive::gzipped(bytes, base::archive::GzipEffort::strongest)) {
      auto packed_headers = headers;
      packed_headers.add("Content-Encoding", "gzip");
      file.packed = {.head = http::prepare_head(200, packed_headers, packed->size()),
                     .bytes = std::make_shared<const std::string>(*std::move(packed))};
    }
  }
  file.plain = {.head = http::prepare_head(200, headers, bytes.size()),
                .bytes = std::make_shared<const std::string>(std::move(bytes))};
  return file;
}

base::Result<StaticFiles> StaticFiles::load(const std::filesystem::path& folder) {
  StaticFiles loaded;
  std::error_code failure;
  std::filesystem::recursive_directory_iterator entries(folder, failure);
  for (const std::filesystem::recursive_directory_iterator end; !failure && entries != end;
       entries.increment(failure)) {
    const auto& entry = *entries;
    if (hidden(entry.path()) || entry.is_symlink(failure)) {
      entries.disable_recursion_pending();
      continue;
    }
    if (!entry.is_regular_file(failure)) {
      continue;
    }
    BASE_TRY_ASSIGN(auto bytes, base::fs::read_file(entry.path(), k_most_bytes - loaded.bytes_));
    loaded.bytes_ += bytes.size();
    auto path = "/" + entry.path().lexically_relative(folder).generic_string();
    BASE_TRY_ASSIGN(auto file, make_file(path, std::move(bytes)));
    loaded.files_.emplace(std::move(path), std::move(file));
  }
  if (failure) {
    return Error{
        failure == std::errc::no_such_file_or_directory ? ErrorCode::not_found : ErrorCode::io,
        fmt::format("read {}: {}", folder.string(), failure.message())};
  }
  if (!loaded.files_.contains(k_index)) {
    return Error{ErrorCode::not_found, fmt::format("{} has no index.html", folder.string())};
  }
  return loaded;
}

http::Response StaticFiles::answer(const http::Request& request) const {
  const std::string_view path = request.url.path;
  auto found = files_.find(path == "/" ? k_index : path);
  if (found == files_.end()) {
    const auto last = path.substr(path.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos || path.starts_with("/assets/")) {
      return not_found();
    }
    found = files_.find(k_index);
    if (found == files_.end()) {
      return not_found();
    }
  }
  const auto& file = found->second;
  if (request.headers.lists("If-None-Match", file.etag) ||
      request.headers.lists("If-None-Match", "W/" + file.etag)) {
    return {.status = 304, .head = file.unchanged};
  }
  const bool packed =
      file.packed.bytes != nullptr && request.headers.lists("Accept-Encoding", "gzip");
  const auto& variant = packed ? file.packed : file.plain;
  return {.status = 200, .body = variant.bytes, .head = variant.head};
}

}  // namespace agent::console
