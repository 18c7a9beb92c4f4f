#include "agent/base/crypto/certificate.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <string_view>

namespace base::crypto {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

std::string contents_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

// The names go into OpenSSL's own little language ("DNS:a,IP:b"), whose separators must not come
// in.
bool is_plain(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ':';
  });
}

Status add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("cannot put '{}' into a certificate", value)};
  }
  return ok();
}

Result<std::string> alternative_names(const CertificateRequest& request) {
  std::string text;
  const auto add = [&](std::string_view kind, const std::string& name) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", kind, name);
    return is_plain(name);
  };
  for (const auto& name : request.names) {
    if (!add("DNS", name)) {
      return Error{ErrorCode::invalid_input, fmt::format("'{}' is no host name", name)};
    }
  }
  for (const auto& address : request.addresses) {
    if (!add("IP", address)) {
      return Error{ErrorCode::invalid_input, fmt::format("'{}' is no IP address", address)};
    }
  }
  return text;
}

Status fill(X509* certificate, EVP_PKEY* key, const CertificateRequest& request) {
  BASE_TRY_ASSIGN(const auto names, alternative_names(request));
  X509_set_version(certificate, X509_VERSION_3);
  const auto serial = random_bytes(16);
  const Owned<BIGNUM> number(BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()),
                                       static_cast<int>(serial.size()),
                                       nullptr));
  BN_clear_bit(number.get(), 127);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
  // A minute back, for clients whose clock is a little behind.
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), std::chrono::seconds(request.valid).count());
  X509_set_pubkey(certificate, key);
  auto* subject = X509_get_subject_name(certificate);
  const auto common_name = request.names.front().substr(0, 64);  // The field's limit in X.520.
  X509_NAME_add_entry_by_txt(subject,
                             "CN",
                             MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()),
                             -1,
                             -1,
                             0);
  X509_set_issuer_name(certificate, subject);
  BASE_TRY(add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE"));
  BASE_TRY(add_extension(certificate, NID_key_usage, "critical,digitalSignature"));
  BASE_TRY(add_extension(certificate, NID_ext_key_usage, "serverAuth"));
  return add_extension(certificate, NID_subject_alt_name, names);
}

}  // namespace

Result<Certificate> self_signed_certificate(const CertificateRequest& request) {
  BASE_ASSERT(!request.names.empty());
  const Owned<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const Owned<X509> certificate(X509_new());
  BASE_ASSERT(key && certificate);
  BASE_TRY(fill(certificate.get(), key.get(), request));
  BASE_ASSERT(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  const Owned<BIO> key_text(BIO_new(BIO_s_mem()));
  const Owned<BIO> certificate_text(BIO_new(BIO_s_mem()));
  BASE_ASSERT(PEM_write_bio_PrivateKey(
                  key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
              PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1);
  return Certificate{.key_pem = Secret(contents_of(key_text.get())),
                     .certificate_pem = contents_of(certificate_text.get())};
}

Result<std::string> certificate_fingerprint(const std::string& certificate_pem) {
  const Owned<BIO> text(
      BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const Owned<X509> certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    return Error{ErrorCode::invalid_input, "not a certificate in PEM form"};
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  BASE_ASSERT(X509_digest(certificate.get(), EVP_sha256(), raw.data(), &size) == 1);
  std::string fingerprint;
  for (unsigned int i = 0; i < size; ++i) {
    fingerprint += fmt::format("{}{:02X}", i == 0 ? "" : ":", raw.at(i));
  }
  return fingerprint;
}

}  // namespace base::crypto
