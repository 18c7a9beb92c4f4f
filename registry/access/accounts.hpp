#pragma once
// Users, their passwords and their tokens.
//
// Passwords are kept as argon2id hashes, tokens as SHA-256: a token is 36 random characters, so a
// slow hash would add nothing. What was found out about credentials is remembered for a minute, so
// that clients which send Basic with every request do not cost a password hash each.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/core/secret.hpp"
#include "registry/access/identity.hpp"
#include "registry/store/metadata_store.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace registry::access {

struct IssuedToken {
  std::string token;  // Shown once.
  store::TokenRecord record;
};

struct TokenRequest {
  std::string label;
  bool read_only = false;
  std::optional<base::WallTime> expires;
};

// Safe from any thread. All but cached_identity() may block on the store or hash a password: never
// on an event loop.
class Accounts {
 public:
  Accounts(store::MetadataStore& store, const base::Clock& clock, Policy policy);

  [[nodiscard]] const Policy& policy() const { return policy_; }

  // The identity behind an Authorization field, when it was established within the last minute.
  [[nodiscard]] std::optional<Identity> cached_identity(std::string_view authorization);

  // Reads `Bearer TOKEN` and `Basic base64(USER:PASSWORD)`; the password may also be a token.
  // Errors: unauthorized when the credentials are wrong or of another kind.
  base::Result<Identity> authenticate(std::string_view authorization);

  // The login of `npm login` and `npm adduser` alike, which send the same request: a known user
  // with the right password gets a token; an unknown one is created where registration is on.
  // Errors: unauthorized, invalid_input (a name or password that cannot be chosen).
  base::Result<IssuedToken> login(const std::string& user,
                                  const base::Secret& password,
                                  const std::string& email);

  // Creates a user whatever the policy. Errors: conflict, invalid_input.
  base::Status add_user(const std::string& user,
                        const base::Secret& password,
                        const std::string& email);

  // Errors: unauthorized when the password is not the user's.
  base::Status check_password(const std::string& user, const base::Secret& password);

  base::Result<IssuedToken> create_token(const std::string& user, const TokenRequest& request);

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
  base::Result<Identity> identity_of(std::string_view authorization);
  base::Result<Identity> identity_of_token(std::string_view token);
  base::Result<Identity> identity_of_basic(std::string_view encoded);
  base::Result<bool> password_matches(const std::string& user, const base::Secret& password);
  [[nodiscard]] std::string verdict_key(std::string_view authorization) const;
  void forget_verdicts();

  store::MetadataStore& store_;
  const base::Clock& clock_;
  Policy policy_;
  std::string verdict_secret_;  // Of this process: cached keys are of no use outside it.
  base::Guarded<Verdicts> verdicts_;
  // One password hash at a time: each takes 19 MiB and a core, and logins must not starve reads.
  std::mutex hashing_;
};

}  // namespace registry::access
