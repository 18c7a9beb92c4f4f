#pragma once
// The web console's files: read into memory once, so that no request ever names a path on disk.

#include "agent/base/core/result.hpp"
#include "agent/base/http/request.hpp"
#include "agent/base/http/response.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace agent::console {

class StaticFiles {
 public:
  // Everything below `folder` but links and names that begin with a dot. Errors: not_found (no such
  // folder, or no index.html in it), too_large beyond 32 MiB in all, io.
  static base::Result<StaticFiles> load(const std::filesystem::path& folder);

  // For a GET or HEAD. Unknown paths without a dot in their last part are pages of the application,
  // which its index.html shows; others are 404.
  [[nodiscard]] base::http::Response answer(const base::http::Request& request) const;

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Variant {
    base::http::SharedHead head;
    base::http::SharedBytes bytes;
  };
  struct File {
    std::string etag;
    Variant plain;
    Variant packed;                    // gzip; without bytes where that saves nothing.
    base::http::SharedHead unchanged;  // 304
  };

  static base::Result<File> make_file(const std::string& path, std::string bytes);

  std::map<std::string, File, std::less<>> files_;  // By "/assets/index-abc.js".
  std::size_t bytes_ = 0;
};

}  // namespace agent::console
