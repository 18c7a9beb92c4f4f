#include "agent/base/crypto/random.hpp"

#include "agent/base/core/assert.hpp"

#include <sodium.h>

#include <cstdint>

namespace base::crypto {

std::string random_bytes(std::size_t count) {
  BASE_ASSERT(sodium_init() >= 0);
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string random_text(std::string_view alphabet, std::size_t count) {
  BASE_ASSERT(!alphabet.empty() && alphabet.size() <= 256);
  BASE_ASSERT(sodium_init() >= 0);
  std::string text;
  text.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    text.push_back(alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))]);
  }
  return text;
}

}  // namespace base::crypto
