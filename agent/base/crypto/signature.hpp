#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <string>
#include <string_view>

namespace base::crypto {

// Checks an Ed25519 signature (64 bytes) of `message` by the key (32 bytes). Errors: invalid_input
// for a wrong size, forbidden with reason "bad_signature" when it does not hold.
Status verify_ed25519(std::string_view public_key,
                      std::string_view message,
                      std::string_view signature);

struct SigningKey {
  Secret seed;             // 32 bytes.
  std::string public_key;  // 32 bytes.
};

[[nodiscard]] SigningKey new_ed25519_key();

// The key that a seed stands for. Errors: invalid_input unless there are 32 bytes.
Result<SigningKey> ed25519_key(Secret seed);

// 64 bytes.
[[nodiscard]] std::string sign_ed25519(const SigningKey& key, std::string_view message);

}  // namespace base::crypto
