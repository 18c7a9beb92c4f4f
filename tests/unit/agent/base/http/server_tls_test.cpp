#include "agent/base/http/server.hpp"
#include "tests/support/agent/base/http/raw_client.hpp"
#include "tests/support/agent/base/http/test_server.hpp"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

using namespace base::http;
using tests::RawClient;
using tests::TestServer;

namespace {

struct Identity {
  std::string certificate;
  base::Secret key;
};

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

Identity make_identity(const std::string& name) {
  EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  X509* const certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
                             "CN",
                             MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()),  // NOLINT
                             -1,
                             -1,
                             0);
  X509_sign(certificate, key, EVP_sha256());
  BIO* const certificate_out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_out, certificate);
  BIO* const key_out = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(key_out, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {.certificate = text_of(certificate_out), .key = base::Secret(text_of(key_out))};
}

std::shared_ptr<TlsContext> context_of(const Identity& identity) {
  auto context = TlsContext::from_pem(identity.certificate, identity.key);
  REQUIRE(context);
  return *context;
}

// A blocking TLS client over a RawClient's socket.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int newest = TLS1_3_VERSION)
      : socket_(port), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_max_proto_version(context_.get(), newest);
    ssl_.reset(SSL_new(context_.get()));
    const std::basic_string<unsigned char> protocols{
        2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_set_alpn_protos(ssl_.get(), protocols.data(), static_cast<unsigned>(protocols.size()));
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {name, name + size};
  }
  [[nodiscard]] std::string peer() const {
    X509* const certificate = SSL_get1_peer_certificate(ssl_.get());
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
                              NID_commonName,
                              name.data(),
                              static_cast<int>(name.size()));
    X509_free(certificate);
    return name.data();
  }

  void send(std::string_view bytes) {
    REQUIRE(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
            static_cast<int>(bytes.size()));
  }
  std::string receive_all() {
    std::string all;
    std::string block(64U * 1024U, '\0');
    while (true) {
      const int count = SSL_read(ssl_.get(), block.data(), static_cast<int>(block.size()));
      if (count <= 0) {
        return all;
      }
      all.append(block, 0, static_cast<std::size_t>(count));
    }
  }

 private:
  RawClient socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
  bool connected_ = false;
};

constexpr std::string_view k_closing_get = "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("requests and answers pass through TLS") {
  int newest = 0;
  SUBCASE("1.3") {
    newest = TLS1_3_VERSION;
  }
  SUBCASE("1.2") {
    newest = TLS1_2_VERSION;
  }
  TestServer server(
      [](const std::shared_ptr<Exchange>& exchange) {
        exchange->respond({.body = exchange->request().tls ? "secure" : "plain"});
      },
      {.tls = context_of(make_identity("first"))});
  TlsClient client(server.port(), newest);
  REQUIRE(client.connected());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  client.send(k_closing_get);

  const auto all = client.receive_all();
  CHECK(client.protocol() == "http/1.1");
  CHECK(all.find("secure") != all.rfind("secure"));
}

TEST_CASE("a big file and a big upload pass through TLS unchanged") {
  std::string bytes(5U << 20U, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>((i * 2654435761U) >> 13U);
  }
  const auto file = std::make_shared<base::Fd>(::memfd_create("test", MFD_CLOEXEC));
  REQUIRE(::write(file->get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  bool intact = false;
  TestServer server(
      [&](const std::shared_ptr<Exchange>& exchange) {
        exchange->read_body(bytes.size(), [&, exchange](const base::Result<std::string>& body) {
          intact = body && *body == bytes;
          exchange->respond({.body = FileBody{.file = file, .offset = 0, .length = bytes.size()}});
        });
      },
      {.tls = context_of(make_identity("first"))});
  TlsClient client(server.port());
  REQUIRE(client.connected());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 5242880\r\n\r\n");
  client.send(bytes);
  const auto all = client.receive_all();

  CHECK(intact);
  CHECK((all.substr(all.find("\r\n\r\n") + 4) == bytes));
}

TEST_CASE("TLS before 1.2 is refused") {
  TestServer server(tests::says("never"), {.tls = context_of(make_identity("first"))});

  TlsClient client(server.port(), TLS1_1_VERSION);

  CHECK_FALSE(client.connected());
}

TEST_CASE("a plain request to a TLS port is closed") {
  TestServer server(tests::says("never"), {.tls = context_of(make_identity("first"))});
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK(client.receive_all().find("never") == std::string::npos);
}

TEST_CASE("a reloaded certificate serves connections from then on") {
  TestServer server(tests::says("still here"), {.tls = context_of(make_identity("first"))});
  TlsClient before(server.port());
  REQUIRE(before.connected());

  server.server().reload_tls(context_of(make_identity("second")));
  TlsClient after(server.port());
  before.send(k_closing_get);

  REQUIRE(after.connected());
  CHECK(before.peer() == "first");
  CHECK(after.peer() == "second");
  CHECK(before.receive_all().ends_with("still here"));
}

TEST_CASE("a key that does not belong to the certificate is refused") {
  const auto first = make_identity("first");
  const auto second = make_identity("second");

  const auto mixed = TlsContext::from_pem(first.certificate, second.key);
  const auto nonsense = TlsContext::from_pem("no certificate", first.key);

  REQUIRE_FALSE(mixed);
  CHECK(mixed.error().code == base::ErrorCode::invalid_input);
  CHECK_FALSE(nonsense);
}
