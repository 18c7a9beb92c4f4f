#include "agent/base/crypto/ecdsa.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/crypto/openssl_handles.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace base::crypto {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT: chars seen as bytes.
}

Error no_key() {
  return Error{ErrorCode::invalid_input, "this is no ECDSA key"};
}

}  // namespace

Secret new_ecdsa_key() {
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  BASE_ASSERT(key != nullptr);
  const Owned<BIO> memory(BIO_new(BIO_s_mem()));
  BASE_ASSERT(PEM_write_bio_PrivateKey(
                  memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(contents_of(memory.get()));
}

Result<std::string> ecdsa_public_key(const Secret& key_pem) {
  const auto key = key_of(key_pem.reveal());
  if (key == nullptr) {
    return no_key();
  }
  const int size = i2d_PUBKEY(key.get(), nullptr);
  BASE_ASSERT(size > 0);
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());  // NOLINT: chars seen as bytes.
  BASE_ASSERT(i2d_PUBKEY(key.get(), &out) == size);
  return der;
}

Result<std::string> sign_ecdsa(const Secret& key_pem, std::string_view message) {
  const auto key = key_of(key_pem.reveal());
  if (key == nullptr) {
    return no_key();
  }
  const Context context(EVP_MD_CTX_new());
  BASE_ASSERT(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  std::size_t size = 0;
  BASE_ASSERT(EVP_DigestSign(context.get(), nullptr, &size, bytes_of(message), message.size()) ==
              1);
  std::string signature(size, '\0');
  BASE_ASSERT(EVP_DigestSign(context.get(),
                             reinterpret_cast<unsigned char*>(signature.data()),  // NOLINT
                             &size,
                             bytes_of(message),
                             message.size()) == 1);
  signature.resize(size);
  return signature;
}

Status verify_ecdsa(std::string_view public_key,
                    std::string_view message,
                    std::string_view signature) {
  const auto* in = bytes_of(public_key);
  const Owned<EVP_PKEY> key(d2i_PUBKEY(nullptr, &in, static_cast<long>(public_key.size())));
  if (key == nullptr) {
    return no_key();
  }
  const Context context(EVP_MD_CTX_new());
  BASE_ASSERT(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  if (EVP_DigestVerify(context.get(),
                       bytes_of(signature),
                       signature.size(),
                       bytes_of(message),
                       message.size()) != 1) {
    return Error{
        ErrorCode::forbidden, "the signature does not belong to this key", "", "bad_signature"};
  }
  return ok();
}

}  // namespace base::crypto
