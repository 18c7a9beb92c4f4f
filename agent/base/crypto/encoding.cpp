#include "agent/base/crypto/encoding.hpp"

#include <sodium.h>

#include <algorithm>

namespace base::crypto {
namespace {

std::string encode(std::string_view bytes, int variant) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(),
                    text.size(),
                    reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(),
                    variant);
  text.pop_back();  // libsodium counts and writes the terminating NUL.
  return text;
}

}  // namespace

std::string hex_encode(std::string_view bytes) {
  static constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.push_back(k_digits[value >> 4U]);
    text.push_back(k_digits[value & 15U]);
  }
  return text;
}

std::string base64_encode(std::string_view bytes) {
  return encode(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

Result<std::string> base64_decode(std::string_view text) {
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '+', '-');
  std::replace(plain.begin(), plain.end(), '/', '_');
  std::string bytes(plain.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()),
                        bytes.size(),
                        plain.data(),
                        plain.size(),
                        nullptr,
                        &size,
                        nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return Error{ErrorCode::invalid_input, "not base64"};
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace base::crypto
