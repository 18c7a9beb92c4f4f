#pragma once

#include "agent/base/core/secret.hpp"

#include <string>

namespace base::crypto {

// argon2id, 19 MiB and two passes (OWASP's first choice), in the PHC string form. Takes tens of
// milliseconds on purpose: never on a thread that others wait for.
[[nodiscard]] std::string hash_password(const Secret& password);
[[nodiscard]] bool verify_password(const Secret& password, const std::string& hash);

}  // namespace base::crypto
