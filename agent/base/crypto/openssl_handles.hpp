#pragma once
// OpenSSL's objects with an owner. Inside this library only.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace base::crypto {

struct OpensslFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
};
template <typename T>
using Owned = std::unique_ptr<T, OpensslFree>;

inline Owned<BIO> memory_of(std::string_view text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

inline std::string contents_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

// Null when the text holds none.
inline Owned<X509> certificate_of(std::string_view pem) {
  return Owned<X509>(PEM_read_bio_X509(memory_of(pem).get(), nullptr, nullptr, nullptr));
}
inline Owned<EVP_PKEY> key_of(std::string_view pem) {
  // An empty password keeps OpenSSL from asking for one at the terminal.
  char none[] = "";  // NOLINT(modernize-avoid-c-arrays): the library's parameter.
  return Owned<EVP_PKEY>(PEM_read_bio_PrivateKey(memory_of(pem).get(), nullptr, nullptr, none));
}

}  // namespace base::crypto
