#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <string>

namespace base::crypto {

struct CertificateCheck {
  std::string certificate_pem;  // The server's first, then those between it and the authority.
  Secret key_pem;               // Empty: not looked at.
  std::string host;             // A name or an address; empty: not looked at.
  std::string authority_pem;  // Empty: the system's, or the certificate itself if it signed itself.
};

// Whether a TLS server could show it. Errors: invalid_input saying what is wrong with it.
Status check_certificate(const CertificateCheck& check);

}  // namespace base::crypto
