#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace base::crypto {

struct CertificateRequest {
  std::vector<std::string> names;      // DNS names; the first is the common name. At least one.
  std::vector<std::string> addresses;  // IPv4 or IPv6.
  std::chrono::days valid{825};        // The longest that browsers accept from a local authority.
};

struct Certificate {
  Secret key_pem;
  std::string certificate_pem;
};

// A key on P-256 and a certificate for a TLS server that it signs itself.
// Errors: invalid_input for what is no name or address.
Result<Certificate> self_signed_certificate(const CertificateRequest& request);

// An authority of one's own, for ten years: its certificate signs others, but no authorities.
Certificate make_authority(const std::string& name);

// A key on P-256 and a certificate for a TLS server that the authority signs. Errors: invalid_input
// for what is no name or address, and for an authority that is none.
Result<Certificate> issue_certificate(const CertificateRequest& request,
                                      const Certificate& authority);

// SHA-256 of the certificate, "AB:CD:…" as browsers show it. Errors: invalid_input.
Result<std::string> certificate_fingerprint(const std::string& certificate_pem);

}  // namespace base::crypto
