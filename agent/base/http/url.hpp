#pragma once
// Request targets. Every part is decoded exactly once: `%252f` stays the text "%2f".

#include "agent/base/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base::http {

struct Url {
  std::string raw_path;  // As sent, without the query.
  std::string path;      // Decoded. A slash in it may have been sent as %2f: to tell, use segments.
  std::vector<std::pair<std::string, std::string>> query;  // Decoded; "+" means a space.

  // The first value of that name.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

// `%XX` to bytes. Errors: invalid_input for a cut or wrong escape and for a NUL, which no name or
// path of ours can hold.
Result<std::string> percent_decoded(std::string_view text);

// "a=1&b=%20": in order, repeated names kept, a missing "=" gives an empty value. Errors:
// invalid_input, also for more than 256 parameters.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text);

// An origin-form target, "/path?query". A fragment is refused. Errors: invalid_input.
Result<Url> parse_target(std::string_view target);

// "/a/b%2fc" gives {"a", "b/c"}: split at the slashes that were sent as slashes, then decoded. An
// empty path and "/" give no segments; "/a/" ends with an empty one. Nothing is resolved: a caller
// who maps segments to files refuses "." and ".." itself. Errors: invalid_input.
Result<std::vector<std::string>> split_path(std::string_view raw_path);

}  // namespace base::http
