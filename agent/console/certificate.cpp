#include "agent/console/certificate.hpp"

#include "agent/base/crypto/certificate.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/console/settings.hpp"

#include <system_error>

namespace agent::console {
namespace {

constexpr std::size_t k_largest = std::size_t{256} << 10U;

bool missing(const std::filesystem::path& path) {
  std::error_code failure;
  return !std::filesystem::exists(path, failure);
}

base::Status create(const std::filesystem::path& key,
                    const std::filesystem::path& certificate,
                    const std::string& hostname) {
  auto made = base::crypto::self_signed_certificate(
      {.names = {hostname, "localhost"}, .addresses = {"127.0.0.1", "::1"}});
  if (!made) {  // A machine may have a name that no certificate can hold.
    made = base::crypto::self_signed_certificate(
        {.names = {"localhost"}, .addresses = {"127.0.0.1", "::1"}});
  }
  if (!made) {
    return std::move(made).error();
  }
  BASE_TRY(base::fs::write_atomically(key, made->key_pem.reveal(), 0600));
  return base::fs::write_atomically(certificate, made->certificate_pem, 0644);
}

}  // namespace

base::Result<OwnCertificate> load_or_create_certificate(const std::filesystem::path& folder,
                                                        const std::string& hostname) {
  const auto key = folder / "tls.key";
  const auto certificate = folder / "tls.crt";
  if (missing(key) || missing(certificate)) {
    BASE_TRY(create(key, certificate, hostname));
  }
  BASE_TRY_ASSIGN(auto tls, base::http::TlsContext::from_files(certificate.string(), key.string()));
  BASE_TRY_ASSIGN(const auto pem, base::fs::read_file(certificate, k_largest));
  BASE_TRY_ASSIGN(auto fingerprint, base::crypto::certificate_fingerprint(pem));
  BASE_TRY(base::fs::write_atomically(folder / k_fingerprint_file, fingerprint + "\n", 0644));
  return OwnCertificate{.tls = std::move(tls), .fingerprint = std::move(fingerprint)};
}

}  // namespace agent::console
