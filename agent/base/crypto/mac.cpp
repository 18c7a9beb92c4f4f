#include "agent/base/crypto/mac.hpp"

#include "agent/base/core/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace base::crypto {

namespace {

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view bytes) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  const auto* made = HMAC(digest,
                          key.data(),
                          static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT
                          bytes.size(),
                          reinterpret_cast<unsigned char*>(mac.data()),  // NOLINT
                          &size);
  BASE_ASSERT(made != nullptr);
  mac.resize(size);
  return mac;
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  return hmac(EVP_sha256(), key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  return hmac(EVP_sha1(), key, bytes);
}

}  // namespace base::crypto
