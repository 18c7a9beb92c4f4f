#include "registry/core/tarball.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace registry::core {
namespace {

using base::Error;
using base::ErrorCode;
using base::archive::EntryKind;

// The path below the first folder; empty for the folder itself.
std::string_view stripped(std::string_view path) {
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
}

}  // namespace

base::Result<TarballFacts> inspect_tarball(base::archive::ByteSource source,
                                           const TarballLimits& limits) {
  BASE_TRY_ASSIGN(auto reader,
                  base::archive::TarReader::open(
                      std::move(source),
                      {.max_entries = limits.entries, .max_total_bytes = limits.unpacked_bytes}));
  TarballFacts facts;
  std::optional<std::string> package_json;
  while (true) {
    BASE_TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) {
      break;
    }
    if (entry->kind != EntryKind::file) {
      continue;
    }
    ++facts.file_count;
    facts.unpacked_size += static_cast<std::int64_t>(entry->size);
    const auto path = stripped(entry->path);
    if (path == "package.json") {
      BASE_TRY_ASSIGN(package_json, reader.read_all(limits.package_json_bytes));
    } else if (path == "binding.gyp") {
      facts.has_binding_gyp = true;
    } else if (path == "npm-shrinkwrap.json") {
      facts.has_shrinkwrap = true;
    }
  }
  if (!package_json) {
    return Error{ErrorCode::invalid_input, "the tarball has no package.json in its first folder"};
  }
  facts.package_json = *std::move(package_json);
  return facts;
}

}  // namespace registry::core
