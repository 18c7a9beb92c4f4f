#pragma once
// The second factor of users: codes of an authenticator program, and recovery codes for when it is
// lost. Secrets are sealed with the key of the data folder, bound to the user.
//
// Guessing is slowed down for each user, wherever it comes from: a code has six digits.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "registry/access/attempt_limit.hpp"
#include "registry/access/permission.hpp"
#include "registry/store/profiles.hpp"

#include <string>
#include <vector>

namespace registry::access {

// The reason of an error of code unauthorized: a one-time password is missing or wrong.
inline constexpr std::string_view k_one_time_password = "one_time_password";

struct SecondFactorState {
  bool pending = false;  // Begun and not confirmed.
  std::string mode;      // "auth-only", "auth-and-writes" or, when there is none, empty.
};

// Safe from any thread; every call may block.
class SecondFactors {
 public:
  SecondFactors(store::Profiles& profiles, base::crypto::SealingKey key, const base::Clock& clock);

  base::Result<SecondFactorState> state_of(const std::string& user);
  // Makes a secret, which is in force once it is confirmed by a code. Returns its otpauth address.
  // Errors: invalid_input (no such mode).
  base::Result<std::string> begin(const std::string& user, const std::string& mode);
  // Returns recovery codes, each of which is good once. Errors: unauthorized, invalid_input.
  base::Result<std::vector<std::string>> confirm(const std::string& user, const std::string& code);
  base::Status disable(const std::string& user);

  // Nothing is asked of a user without second factor. `password` is what the client sent, empty
  // when it sent nothing. Errors: unauthorized with k_one_time_password, or unavailable after too
  // many wrong ones.
  base::Status check(const std::string& user, const std::string& password);

  // What a client sends in place of a code after the user has proved himself in a browser; good for
  // some minutes.
  std::string proof_for(const std::string& user);

 private:
  base::Status check_guess(const std::string& user, const std::string& guess);
  [[nodiscard]] std::string signature_of(const std::string& user, std::string_view until) const;

  store::Profiles& profiles_;
  base::crypto::SealingKey key_;
  const base::Clock& clock_;
  base::Guarded<AttemptLimit> attempts_;
};

// Whether the route may run without the user's second factor. Tokens that were made for automation
// go without it where they write packages and organisations; a password never does.
bool needs_second_factor(Permission permission,
                         const Identity& identity,
                         const store::Memberships& memberships);

// Of a package whose owners ask everybody who writes it for a second factor. Errors: forbidden for
// a user who has none.
base::Result<bool> needs_second_factor(const core::Package& package,
                                       const Identity& identity,
                                       const store::Memberships& memberships);

}  // namespace registry::access
