#include "agent/base/crypto/mac.hpp"

#include "agent/base/core/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace base::crypto {

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string mac(32, '\0');
  unsigned int size = 0;
  const auto* made = HMAC(EVP_sha256(),
                          key.data(),
                          static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT
                          bytes.size(),
                          reinterpret_cast<unsigned char*>(mac.data()),  // NOLINT
                          &size);
  BASE_ASSERT(made != nullptr && size == mac.size());
  return mac;
}

}  // namespace base::crypto
