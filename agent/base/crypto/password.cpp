#include "agent/base/crypto/password.hpp"

#include "agent/base/core/assert.hpp"

#include <sodium.h>

#include <array>

namespace base::crypto {
namespace {

constexpr std::size_t k_memory = std::size_t{19} * 1024 * 1024;
constexpr unsigned long long k_passes = 2;

}  // namespace

std::string hash_password(const Secret& password) {
  BASE_ASSERT(sodium_init() >= 0);
  std::array<char, crypto_pwhash_argon2id_STRBYTES> hash{};
  const auto& text = password.reveal();
  BASE_ASSERT(
      crypto_pwhash_argon2id_str(hash.data(), text.data(), text.size(), k_passes, k_memory) == 0);
  return hash.data();
}

bool verify_password(const Secret& password, const std::string& hash) {
  BASE_ASSERT(sodium_init() >= 0);
  const auto& text = password.reveal();
  return hash.size() < crypto_pwhash_argon2id_STRBYTES &&
         crypto_pwhash_argon2id_str_verify(hash.c_str(), text.data(), text.size()) == 0;
}

}  // namespace base::crypto
