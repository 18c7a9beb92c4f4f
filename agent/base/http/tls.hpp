#pragma once
// Certificate and key of a TLS server: TLS 1.2 and later, forward secrecy, ALPN http/1.1.

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <memory>
#include <string>

namespace base::http {

class TlsContext {
 public:
  // PEM text: the certificate with its chain, leaf first, and its private key. Errors:
  // invalid_input when one cannot be read or they do not belong together.
  static Result<std::shared_ptr<TlsContext>> from_pem(const std::string& certificate_chain,
                                                      const Secret& private_key);
  // The same from files. Errors: also not_found.
  static Result<std::shared_ptr<TlsContext>> from_files(const std::string& certificate_path,
                                                        const std::string& key_path);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  TlsContext(TlsContext&&) = delete;
  TlsContext& operator=(TlsContext&&) = delete;

  // The OpenSSL context (SSL_CTX), owned by this object.
  [[nodiscard]] void* native() const noexcept;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace base::http
