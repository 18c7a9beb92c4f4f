#pragma once
// Time-based one-time passwords, RFC 6238, as authenticator programs make them.

#include "agent/base/core/clock.hpp"

#include <string>
#include <string_view>

namespace registry::access {

// Six digits of the moment. `secret` is raw bytes.
std::string totp_code(std::string_view secret, base::WallTime when);

// Whether the code is that of now, or of the half minute before or after: clocks differ and people
// are slow. Takes the same time for every code.
bool totp_matches(std::string_view secret, std::string_view code, base::WallTime now);

// RFC 4648 without padding, the form in which secrets are typed in.
std::string base32(std::string_view bytes);

}  // namespace registry::access
