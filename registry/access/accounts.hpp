#pragma once
// Users, their passwords and their tokens.
//
// Passwords are kept as argon2id hashes, tokens as SHA-256: a token is 36 random characters, so a
// slow hash would add nothing. What was found out about credentials is remembered for a minute, so
// that clients which send Basic with every request do not cost a password hash each.
//
// Guessing is slowed down: of one user at one client's address a few wrong passwords are looked at,
// then one in half a minute. A password that is right gives all attempts back. Users are not locked
// out: from another address they get in.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/core/secret.hpp"
#include "registry/access/attempt_limit.hpp"
#include "registry/access/permission.hpp"
#include "registry/store/metadata_store.hpp"
#include "registry/store/profiles.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace registry::access {

// The reason of an error of code unavailable: too many wrong passwords. Within the pause one more
// is looked at.
inline constexpr std::string_view k_too_many_attempts = "too_many_attempts";
inline constexpr std::chrono::seconds k_attempt_pause{30};

struct IssuedToken {
  std::string token;  // Shown once.
  store::TokenRecord record;
};

struct TokenRequest {
  std::string label;
  std::string description = {};
  TokenLimits limits = {};
};

// Safe from any thread. All but cached_identity() and may_hash() may block on the store: never on
// an event loop. A hash takes 19 MiB and a core for tens of milliseconds, so what hashes a password
// belongs on few threads of its own, where others do not wait for it.
//
// `client` is the address that attempts are counted for. What checks a password may also fail with
// k_too_many_attempts.
class Accounts {
 public:
  Accounts(store::MetadataStore& store, const base::Clock& clock, Policy policy);

  [[nodiscard]] const Policy& policy() const { return policy_; }

  // The identity behind an Authorization field, when it was established within the last minute.
  [[nodiscard]] std::optional<Identity> cached_identity(std::string_view authorization);

  // Reads `Bearer TOKEN` and `Basic base64(USER:PASSWORD)`; the password may also be a token.
  // Errors: unauthorized when the credentials are wrong or of another kind.
  base::Result<Identity> authenticate(std::string_view authorization, const std::string& client);

  // Whether authenticate() would have to hash a password, were the verdict not remembered.
  [[nodiscard]] static bool may_hash(std::string_view authorization);

  // The login of `npm login` and `npm adduser` alike, which send the same request: a known user
  // with the right password gets a token; an unknown one is created where registration is on.
  // `proven` is asked between the password and the token, for what more a user has to show.
  // Hashes. Errors: unauthorized, invalid_input (a name or password that cannot be chosen), and
  // those of `proven`.
  base::Result<IssuedToken> login(const std::string& user,
                                  const base::Secret& password,
                                  const std::string& email,
                                  const std::string& client,
                                  const std::function<base::Status()>& proven = {});

  // Hashes. What was found out about the old password is forgotten. Errors: as add_user().
  base::Status change_password(const std::string& user,
                               const base::Secret& password,
                               store::Profiles& profiles);

  // Creates a user whatever the policy. Hashes. Errors: conflict, invalid_input.
  base::Status add_user(const std::string& user,
                        const base::Secret& password,
                        const std::string& email);

  // Hashes. Errors: unauthorized when the password is not the user's.
  base::Status check_password(const std::string& user,
                              const base::Secret& password,
                              const std::string& client);

  base::Result<IssuedToken> create_token(const std::string& user, const TokenRequest& request);

  // Revokes the token itself: what a logout does. Errors: not_found.
  base::Status end_token(const std::string& user, const std::string& token);

  // Revokes by the key of listings, a unique beginning of it, or the token itself. Errors:
  // not_found, conflict (several tokens begin so).
  base::Status revoke_token(const std::string& user, const std::string& key_or_token);

 private:
  struct Verdict {
    Identity identity;
    base::MonotonicTime until;
  };
  struct Verdicts {
    std::unordered_map<std::string, Verdict> by_key;
    // Raised by every revocation. What was looked up before one must not be remembered after it.
    std::uint64_t generation = 0;
  };

  void remember(std::string_view authorization, const Identity& identity, std::uint64_t generation);
  base::Result<Identity> identity_of(std::string_view authorization, const std::string& client);
  base::Result<Identity> identity_of_token(std::string_view token);
  base::Result<Identity> identity_of_basic(std::string_view encoded, const std::string& client);
  base::Result<store::UserRecord> user_with_password(const std::string& user,
                                                     const base::Secret& password,
                                                     const std::string& client);
  [[nodiscard]] std::string verdict_key(std::string_view authorization) const;
  void forget_verdicts();

  store::MetadataStore& store_;
  const base::Clock& clock_;
  Policy policy_;
  std::string verdict_secret_;  // Of this process: cached keys are of no use outside it.
  base::Guarded<Verdicts> verdicts_;
  base::Guarded<AttemptLimit> attempts_;
};

}  // namespace registry::access
