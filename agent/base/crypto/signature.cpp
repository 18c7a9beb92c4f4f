#include "agent/base/crypto/signature.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/crypto/random.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <utility>

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

SigningKey new_ed25519_key() {
  auto key = ed25519_key(Secret(random_bytes(crypto_sign_SEEDBYTES)));
  BASE_ASSERT(key);
  return *std::move(key);
}

Result<SigningKey> ed25519_key(Secret seed) {
  if (seed.reveal().size() != crypto_sign_SEEDBYTES) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format(
            "a signing key has {} bytes, not {}", crypto_sign_SEEDBYTES, seed.reveal().size())};
  }
  std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> expanded{};
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_key.data()),
                           expanded.data(),
                           reinterpret_cast<const unsigned char*>(seed.reveal().data()));
  sodium_memzero(expanded.data(), expanded.size());
  return SigningKey{.seed = std::move(seed), .public_key = std::move(public_key)};
}

std::string sign_ed25519(const SigningKey& key, std::string_view message) {
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> expanded{};
  crypto_sign_seed_keypair(public_key.data(),
                           expanded.data(),
                           reinterpret_cast<const unsigned char*>(key.seed.reveal().data()));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()),
                       nullptr,
                       reinterpret_cast<const unsigned char*>(message.data()),
                       message.size(),
                       expanded.data());
  sodium_memzero(expanded.data(), expanded.size());
  return signature;
}

}  // namespace base::crypto
