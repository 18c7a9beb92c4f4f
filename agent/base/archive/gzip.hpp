#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base::archive {

// `usual` takes about 10 ms for a megabyte, `strongest` four times as long.
enum class GzipEffort { usual = 6, strongest = 9 };

// The bytes in gzip's format (RFC 1952), or nothing when that would not be shorter.
std::optional<std::string> gzipped(std::string_view bytes, GzipEffort effort = GzipEffort::usual);

}  // namespace base::archive
