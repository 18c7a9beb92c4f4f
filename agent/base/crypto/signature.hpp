#pragma once

#include "agent/base/core/result.hpp"

#include <string_view>

namespace base::crypto {

// Checks an Ed25519 signature (64 bytes) of `message` by the key (32 bytes). Errors: invalid_input
// for a wrong size, forbidden with reason "bad_signature" when it does not hold.
Status verify_ed25519(std::string_view public_key,
                      std::string_view message,
                      std::string_view signature);

}  // namespace base::crypto
