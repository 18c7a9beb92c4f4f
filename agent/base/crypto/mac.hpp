#pragma once

#include <string>
#include <string_view>

namespace base::crypto {

// HMAC of RFC 2104 with SHA-256, 32 raw bytes: for protocols of others that ask for it.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

// The same with SHA-1, 20 raw bytes, for one-time passwords: authenticators know no other.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view bytes);

}  // namespace base::crypto
