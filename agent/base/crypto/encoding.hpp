#pragma once

#include "agent/base/core/result.hpp"

#include <string>
#include <string_view>

namespace base::crypto {

[[nodiscard]] std::string hex_encode(std::string_view bytes);

// RFC 4648 with padding; the URL form uses - and _ and no padding.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::string base64url_encode(std::string_view bytes);

// Either alphabet, padding optional, nothing else allowed. Errors: invalid_input.
Result<std::string> base64_decode(std::string_view text);

}  // namespace base::crypto
