#include "agent/base/crypto/certificate.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/openssl_handles.hpp"
#include "agent/base/crypto/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace base::crypto {
namespace {

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

void set_serial_number(X509* certificate) {
  const auto serial = random_bytes(16);
  const Owned<BIGNUM> number(BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()),
                                       static_cast<int>(serial.size()),
                                       nullptr));
  BN_clear_bit(number.get(), 127);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

void set_common_name(X509* certificate, const std::string& name) {
  const auto common_name = name.substr(0, 64);  // The field's limit in X.520.
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
                             "CN",
                             MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()),
                             -1,
                             -1,
                             0);
}

struct Draft {
  Owned<EVP_PKEY> key;
  Owned<X509> certificate;
};

// All but the issuer, the extensions and the signature.
Draft begin(const std::string& name, std::chrono::seconds valid) {
  Draft draft{.key = Owned<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")),
              .certificate = Owned<X509>(X509_new())};
  BASE_ASSERT(draft.key && draft.certificate);
  auto* certificate = draft.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  set_serial_number(certificate);
  // A minute back, for clients whose clock is a little behind.
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid.count());
  X509_set_pubkey(certificate, draft.key.get());
  set_common_name(certificate, name);
  return draft;
}

Status extend_for_server(X509* certificate, const CertificateRequest& request) {
  BASE_TRY_ASSIGN(const auto names, alternative_names(request));
  BASE_TRY(add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE"));
  BASE_TRY(add_extension(certificate, NID_key_usage, "critical,digitalSignature"));
  BASE_TRY(add_extension(certificate, NID_ext_key_usage, "serverAuth"));
  return add_extension(certificate, NID_subject_alt_name, names);
}

Certificate finished(const Draft& draft, EVP_PKEY* signer) {
  BASE_ASSERT(X509_sign(draft.certificate.get(), signer, EVP_sha256()) > 0);
  const Owned<BIO> key_text(BIO_new(BIO_s_mem()));
  const Owned<BIO> certificate_text(BIO_new(BIO_s_mem()));
  BASE_ASSERT(PEM_write_bio_PrivateKey(
                  key_text.get(), draft.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
              PEM_write_bio_X509(certificate_text.get(), draft.certificate.get()) == 1);
  return {.key_pem = Secret(contents_of(key_text.get())),
          .certificate_pem = contents_of(certificate_text.get())};
}

}  // namespace

Result<Certificate> self_signed_certificate(const CertificateRequest& request) {
  BASE_ASSERT(!request.names.empty());
  const auto draft = begin(request.names.front(), request.valid);
  auto* certificate = draft.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  BASE_TRY(extend_for_server(certificate, request));
  return finished(draft, draft.key.get());
}

Certificate make_authority(const std::string& name) {
  constexpr std::chrono::days k_valid{3650};
  const auto draft = begin(name, k_valid);
  auto* certificate = draft.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  // Nothing of it comes from outside, so none of these can be refused.
  BASE_ASSERT(add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
              add_extension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
              add_extension(certificate, NID_subject_key_identifier, "hash"));
  return finished(draft, draft.key.get());
}

Result<Certificate> issue_certificate(const CertificateRequest& request,
                                      const Certificate& authority) {
  BASE_ASSERT(!request.names.empty());
  const auto issuer = certificate_of(authority.certificate_pem);
  const auto signer = key_of(authority.key_pem.reveal());
  if (!issuer || !signer) {
    return Error{ErrorCode::invalid_input, "the authority is no key and certificate in PEM form"};
  }
  const auto draft = begin(request.names.front(), request.valid);
  auto* certificate = draft.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.get()));
  BASE_TRY(extend_for_server(certificate, request));
  return finished(draft, signer.get());
}

Result<std::string> certificate_fingerprint(const std::string& certificate_pem) {
  const auto certificate = certificate_of(certificate_pem);
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
