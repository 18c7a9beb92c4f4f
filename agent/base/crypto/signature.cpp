#include "agent/base/crypto/signature.hpp"

#include <sodium.h>

namespace base::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT: chars seen as bytes.
}

}  // namespace

Status verify_ed25519(std::string_view public_key,
                      std::string_view message,
                      std::string_view signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) {
    return Error{ErrorCode::invalid_input, "an Ed25519 key has 32 bytes and a signature 64"};
  }
  if (sodium_init() < 0 ||
      crypto_sign_verify_detached(
          bytes_of(signature), bytes_of(message), message.size(), bytes_of(public_key)) != 0) {
    return Error{
        ErrorCode::forbidden, "the signature does not belong to this key", "", "bad_signature"};
  }
  return ok();
}

}  // namespace base::crypto
