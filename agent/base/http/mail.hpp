#pragma once
// Signing in to a mail server without sending anything, and reaching a server at all. Here because
// libcurl speaks SMTP too, and this folder alone names it.

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"
#include "agent/base/http/session_limits.hpp"

#include <string>

namespace base::http {

struct MailLogin {
  std::string address;  // "host:port"
  bool tls = false;     // From the first byte on; else STARTTLS where the server offers it.
  std::string method;   // "PLAIN", "CRAM-MD5" or "LOGIN".
  std::string user;
  Secret password;
};

// Errors: unauthorized; unavailable (nobody listens, no trusted certificate, not a mail server,
// no such method); invalid_input for an address that cannot be one; timed_out, cancelled.
Status sign_in_to_mail(const MailLogin& login, const SessionLimits& limits);

// Opens a connection to "host:port" and closes it. Errors as above, but unauthorized.
Status try_connection(const std::string& address, const SessionLimits& limits);

}  // namespace base::http
