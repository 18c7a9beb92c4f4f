#include "agent/base/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

namespace base::http {
namespace {

struct Deleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

Error fault(std::string message) {
  ERR_clear_error();  // The thread's queue must not confuse the next SSL_get_error.
  return Error{.code = ErrorCode::invalid_input, .message = std::move(message)};
}

Owned<BIO> reader(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key with a passphrase would make OpenSSL ask on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return 0;
}

int choose_protocol(SSL* /*ssl*/,
                    const unsigned char** out,
                    unsigned char* out_length,
                    const unsigned char* in,
                    unsigned int in_length,
                    void* /*data*/) {
  static constexpr std::string_view k_http = "http/1.1";
  for (unsigned int at = 0; at < in_length; at += in[at] + 1U) {
    if (in[at] == k_http.size() && at + 1U + in[at] <= in_length &&
        std::memcmp(in + at + 1, k_http.data(), k_http.size()) == 0) {
      *out = in + at + 1;
      *out_length = in[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

Status use_chain(SSL_CTX* context, const std::string& chain) {
  const auto bio = reader(chain);
  const Owned<X509> leaf(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return fault("the TLS certificate is no PEM certificate");
  }
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return fault("the TLS certificate chain cannot be used");
    }
  }
  ERR_clear_error();  // The loop ends with "no start line".
  return ok();
}

Status use_key(SSL_CTX* context, const Secret& private_key) {
  const auto bio = reader(private_key.reveal());
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return fault("the TLS private key is no PEM key without passphrase");
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return fault("the TLS private key does not belong to the certificate");
  }
  return ok();
}

Result<std::string> text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error{.code = ErrorCode::not_found, .message = "cannot open " + path};
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

struct TlsContext::State {
  Owned<SSL_CTX> context;
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

void* TlsContext::native() const noexcept {
  return state_->context.get();
}

Result<std::shared_ptr<TlsContext>> TlsContext::from_pem(const std::string& certificate_chain,
                                                         const Secret& private_key) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = state->context.get();
  if (context == nullptr) {
    return Error{.code = ErrorCode::internal, .message = "OpenSSL cannot make a TLS context"};
  }
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // An idle connection gives its record buffers back, and a write may be repeated from elsewhere.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    return Error{.code = ErrorCode::internal, .message = "OpenSSL lacks the TLS ciphers"};
  }
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  BASE_TRY(use_chain(context, certificate_chain));
  BASE_TRY(use_key(context, private_key));
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(state)));
}

Result<std::shared_ptr<TlsContext>> TlsContext::from_files(const std::string& certificate_path,
                                                           const std::string& key_path) {
  BASE_TRY_ASSIGN(const auto chain, text_of(certificate_path));
  BASE_TRY_ASSIGN(auto key, text_of(key_path));
  return from_pem(chain, Secret(std::move(key)));
}

}  // namespace base::http
