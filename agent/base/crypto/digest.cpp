#include "agent/base/crypto/digest.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/crypto/encoding.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>

namespace base::crypto {
namespace {

const EVP_MD* algorithm_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::sha1:
      return EVP_sha1();
    case DigestKind::sha256:
      return EVP_sha256();
    case DigestKind::sha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct Digest::Impl {
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

Digest::Digest(DigestKind kind) : impl_(std::make_unique<Impl>()) {
  BASE_ASSERT(EVP_DigestInit_ex(impl_->context.get(), algorithm_of(kind), nullptr) == 1);
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) {
  BASE_ASSERT(EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::finish() {
  std::string raw(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  BASE_ASSERT(EVP_DigestFinal_ex(
                  impl_->context.get(), reinterpret_cast<unsigned char*>(raw.data()), &size) == 1);
  raw.resize(size);
  return raw;
}

std::string digest(DigestKind kind, std::string_view bytes) {
  Digest running(kind);
  running.update(bytes);
  return running.finish();
}

std::string sha256_hex(std::string_view bytes) {
  return hex_encode(digest(DigestKind::sha256, bytes));
}

std::string keyed_hash(std::string_view key, std::string_view bytes) {
  BASE_ASSERT(key.size() >= crypto_generichash_KEYBYTES_MIN &&
              key.size() <= crypto_generichash_KEYBYTES_MAX);
  std::string raw(crypto_generichash_BYTES, '\0');
  BASE_ASSERT(crypto_generichash(reinterpret_cast<unsigned char*>(raw.data()),
                                 raw.size(),
                                 bytes_of(bytes),
                                 bytes.size(),
                                 bytes_of(key),
                                 key.size()) == 0);
  return raw;
}

bool constant_time_equal(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace base::crypto
