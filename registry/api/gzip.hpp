#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace registry::api {

// The text in gzip's format, or nothing when that would not be shorter. About 10 ms for a megabyte.
std::optional<std::string> gzipped(std::string_view text);

}  // namespace registry::api
