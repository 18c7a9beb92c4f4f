#include "agent/base/crypto/certificate_check.hpp"

#include "agent/base/crypto/openssl_handles.hpp"

#include <fmt/format.h>

#include <vector>

namespace base::crypto {
namespace {

Error wrong(std::string message, std::string hint) {
  return {ErrorCode::invalid_input, std::move(message), std::move(hint), ""};
}

std::vector<Owned<X509>> certificates_in(std::string_view pem) {
  const auto text = memory_of(pem);
  std::vector<Owned<X509>> all;
  while (auto* next = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(next);
  }
  return all;
}

Status check_key(X509* certificate, const Secret& pem) {
  const auto key = key_of(pem.reveal());
  if (!key) {
    return wrong("the key is not a private key in PEM form, or has a password",
                 "Give the key without a password.");
  }
  return X509_check_private_key(certificate, key.get()) == 1
             ? ok()
             : Status(wrong("the key does not belong to the certificate",
                            "Give the key that the certificate was made with."));
}

Status check_host(X509* certificate, const std::string& host) {
  const bool good = X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1 ||
                    X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
  return good ? ok()
              : Status(wrong(fmt::format("the certificate is not for {}", host),
                             "Give one that names this host, or another host name."));
}

Status trust(X509_STORE* store, X509* certificate, const std::string& authority_pem) {
  if (!authority_pem.empty()) {
    const auto authorities = certificates_in(authority_pem);
    if (authorities.empty()) {
      return wrong("the authority is not a certificate in PEM form", "Give its certificate.");
    }
    for (const auto& authority : authorities) {
      X509_STORE_add_cert(store, authority.get());
    }
    // Whoever names an authority trusts it, whether or not another one stands above.
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return ok();
  }
  const bool signs_itself =
      X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
  if (signs_itself) {
    X509_STORE_add_cert(store, certificate);
  } else {
    X509_STORE_set_default_paths(store);
  }
  return ok();
}

Status check_chain(const std::vector<Owned<X509>>& chain, const std::string& authority_pem) {
  const Owned<X509_STORE> store(X509_STORE_new());
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  const Owned<STACK_OF(X509)> between(sk_X509_new_null());
  BASE_ASSERT(store && context && between);
  BASE_TRY(trust(store.get(), chain.front().get(), authority_pem));
  for (std::size_t at = 1; at < chain.size(); ++at) {
    X509_up_ref(chain[at].get());
    sk_X509_push(between.get(), chain[at].get());
  }
  BASE_ASSERT(X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), between.get()) ==
              1);
  if (X509_verify_cert(context.get()) == 1) {
    return ok();
  }
  return wrong(fmt::format("the certificate is not trusted: {}",
                           X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))),
               "Give the whole chain, and the authority if it is your own.");
}

}  // namespace

Status check_certificate(const CertificateCheck& check) {
  const auto chain = certificates_in(check.certificate_pem);
  if (chain.empty()) {
    return wrong("this is not a certificate in PEM form",
                 "It begins with -----BEGIN CERTIFICATE-----.");
  }
  auto* certificate = chain.front().get();
  if (!check.key_pem.empty()) {
    BASE_TRY(check_key(certificate, check.key_pem));
  }
  if (!check.host.empty()) {
    BASE_TRY(check_host(certificate, check.host));
  }
  return check_chain(chain, check.authority_pem);
}

}  // namespace base::crypto
