#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <string>
#include <string_view>

namespace base::crypto {

// ECDSA on P-256 with SHA-256, for protocols of others that ask for it.

// A new private key, PEM.
[[nodiscard]] Secret new_ecdsa_key();
// The public key of it as a SubjectPublicKeyInfo, DER. Errors: invalid_input.
Result<std::string> ecdsa_public_key(const Secret& key_pem);
// The signature in DER. Errors: invalid_input when the key is none.
Result<std::string> sign_ecdsa(const Secret& key_pem, std::string_view message);
// Errors: invalid_input for a key that is none, forbidden with reason "bad_signature".
Status verify_ecdsa(std::string_view public_key,
                    std::string_view message,
                    std::string_view signature);

}  // namespace base::crypto
