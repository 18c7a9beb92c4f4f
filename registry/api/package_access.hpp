#pragma once
// Words that clients use for what may be done with a package.

#include "agent/base/core/result.hpp"

#include <string>
#include <string_view>

namespace registry::api {

// Whether "public", "restricted" or "private" restricts. Errors: invalid_input for other words.
base::Result<bool> access_in(std::string_view text);

// "read-write" or "read-only".
std::string_view permission_word(bool writes);
// Either word. Errors: invalid_input.
base::Result<bool> writes_in(std::string_view text);

}  // namespace registry::api
