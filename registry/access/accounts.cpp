#include "registry/access/accounts.hpp"

#include "agent/base/core/network.hpp"
#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/password.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/base/http/headers.hpp"
#include "registry/access/token_limits.hpp"
#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace registry::access {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::seconds k_verdict_lifetime{60};
constexpr std::size_t k_max_verdicts = 10'000;
constexpr std::size_t k_max_name = 214;
constexpr std::size_t k_min_password = 4;
constexpr std::size_t k_max_password = 1024;
constexpr std::size_t k_max_credentials = 4096;
constexpr int k_attempts_at_once = 5;
// Each takes the time of a hash and is forgotten soon, so that there are never so many.
constexpr std::size_t k_max_attempted = 10'000;
constexpr std::string_view k_token_prefix = "npm_";

constexpr std::string_view k_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

Error wrong_credentials() {
  return Error{ErrorCode::unauthorized, "the user name, password or token is wrong"};
}

Error too_many_attempts() {
  return Error{ErrorCode::unavailable,
               "too many wrong passwords for this user from this address",
               "Wait half a minute.",
               std::string(k_too_many_attempts)};
}

bool is_user_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
  };
  return !name.empty() && name.size() <= k_max_name && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), allowed);
}

base::Status check_new_account(const std::string& user, const base::Secret& password) {
  if (!is_user_name(user)) {
    return Error{ErrorCode::invalid_input,
                 "a user name consists of letters, digits and - _ . ~, and does not begin with a "
                 "dot"};
  }
  const auto length = password.reveal().size();
  if (length < k_min_password || length > k_max_password) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("a password has {} to {} bytes", k_min_password, k_max_password)};
  }
  return base::ok();
}

// The credentials behind "Bearer " or "Basic "; the scheme is compared without case.
std::optional<std::string_view> after_scheme(std::string_view authorization,
                                             std::string_view scheme) {
  const auto blank = authorization.find(' ');
  if (blank == std::string_view::npos ||
      !base::http::equal_ignoring_case(authorization.substr(0, blank), scheme)) {
    return std::nullopt;
  }
  authorization.remove_prefix(blank);
  while (authorization.starts_with(' ')) {
    authorization.remove_prefix(1);
  }
  return authorization;
}

struct BasicCredentials {
  std::string user;
  base::Secret password;  // Or a token.

  [[nodiscard]] bool is_token() const { return password.reveal().starts_with(k_token_prefix); }
};

std::optional<BasicCredentials> parse_basic(std::string_view encoded) {
  const auto decoded = base::crypto::base64_decode(encoded);
  const auto colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return std::nullopt;
  }
  return BasicCredentials{.user = decoded->substr(0, colon),
                          .password = base::Secret(decoded->substr(colon + 1))};
}

std::string hint_of(const std::string& token) {
  return token.substr(0, 8) + "…" + token.substr(token.size() - 4);
}

}  // namespace

Accounts::Accounts(store::MetadataStore& store, const base::Clock& clock, Policy policy)
    : store_(store),
      clock_(clock),
      policy_(policy),
      verdict_secret_(base::crypto::random_bytes(32)),
      attempts_(AttemptLimit(k_attempts_at_once, k_attempt_pause, k_max_attempted)) {}

std::string Accounts::verdict_key(std::string_view authorization) const {
  return base::crypto::keyed_hash(verdict_secret_, authorization);
}

std::optional<Identity> Accounts::cached_identity(std::string_view authorization) {
  if (authorization.size() > k_max_credentials) {
    return std::nullopt;
  }
  const auto key = verdict_key(authorization);
  const auto now = clock_.monotonic_time();
  auto verdicts = verdicts_.lock();
  const auto found = verdicts->by_key.find(key);
  if (found == verdicts->by_key.end() || found->second.until < now) {
    return std::nullopt;
  }
  return found->second.identity;
}

bool Accounts::may_hash(std::string_view authorization) {
  const auto basic = authorization.size() > k_max_credentials
                         ? std::nullopt
                         : after_scheme(authorization, "basic");
  const auto credentials = basic ? parse_basic(*basic) : std::nullopt;
  return credentials && !credentials->is_token();
}

base::Result<Identity> Accounts::authenticate(std::string_view authorization,
                                              const std::string& client) {
  if (authorization.size() > k_max_credentials) {
    return wrong_credentials();
  }
  if (auto cached = cached_identity(authorization)) {
    return *std::move(cached);
  }
  const auto generation = verdicts_.lock()->generation;
  BASE_TRY_ASSIGN(auto identity, identity_of(authorization, client));
  remember(authorization, identity, generation);
  return identity;
}

void Accounts::remember(std::string_view authorization,
                        const Identity& identity,
                        std::uint64_t generation) {
  const auto now = clock_.monotonic_time();
  auto verdicts = verdicts_.lock();
  if (verdicts->generation != generation) {
    return;
  }
  auto& by_key = verdicts->by_key;
  if (by_key.size() >= k_max_verdicts) {
    std::erase_if(by_key, [&](const auto& entry) { return entry.second.until < now; });
  }
  if (by_key.size() < k_max_verdicts) {
    by_key[verdict_key(authorization)] = {.identity = identity, .until = now + k_verdict_lifetime};
  }
}

base::Result<Identity> Accounts::identity_of(std::string_view authorization,
                                             const std::string& client) {
  if (const auto token = after_scheme(authorization, "bearer")) {
    return identity_of_token(*token);
  }
  if (const auto basic = after_scheme(authorization, "basic")) {
    return identity_of_basic(*basic, client);
  }
  return wrong_credentials();
}

base::Result<Identity> Accounts::identity_of_token(std::string_view token) {
  BASE_TRY_ASSIGN(const auto record, store_.find_token(base::crypto::sha256_hex(token)));
  if (!record || (record->expires && *record->expires <= clock_.wall_time())) {
    return wrong_credentials();
  }
  BASE_TRY_ASSIGN(const auto user, store_.find_user(record->user));
  if (!user) {
    return wrong_credentials();
  }
  return Identity{
      .user = user->name, .email = user->email, .limits = limits_of(*record), .token = record->key};
}

base::Result<Identity> Accounts::identity_of_basic(std::string_view encoded,
                                                   const std::string& client) {
  const auto credentials = parse_basic(encoded);
  if (!credentials) {
    return wrong_credentials();
  }
  if (credentials->is_token()) {
    auto identity = identity_of_token(credentials->password.reveal());
    return identity && identity->user == credentials->user
               ? identity
               : base::Result<Identity>(wrong_credentials());
  }
  BASE_TRY_ASSIGN(const auto user,
                  user_with_password(credentials->user, credentials->password, client));
  return Identity{.user = user.name, .email = user.email, .by_password = true};
}

// The attempt is taken before the hash and given back after it: those that run at the same time
// would otherwise all find that there is one left.
base::Result<store::UserRecord> Accounts::user_with_password(const std::string& user,
                                                             const base::Secret& password,
                                                             const std::string& client) {
  if (user.size() > k_max_name || password.reveal().size() > k_max_password) {
    return wrong_credentials();
  }
  BASE_TRY_ASSIGN(auto record, store_.find_user(user));
  const std::string key = user + '\0' + base::network_of(client);
  if (!attempts_.lock()->take(key, clock_.monotonic_time())) {
    return too_many_attempts();
  }
  if (!record) {
    // As slow as for a user who exists, so that time does not tell names.
    static_cast<void>(base::crypto::hash_password(password));
    return wrong_credentials();
  }
  if (!base::crypto::verify_password(password, record->password_hash)) {
    return wrong_credentials();
  }
  attempts_.lock()->restore(key);
  return *std::move(record);
}

base::Status Accounts::check_password(const std::string& user,
                                      const base::Secret& password,
                                      const std::string& client) {
  BASE_TRY(user_with_password(user, password, client));
  return base::ok();
}

base::Status Accounts::add_user(const std::string& user,
                                const base::Secret& password,
                                const std::string& email) {
  BASE_TRY(check_new_account(user, password));
  return store_.add_user({.name = user,
                          .password_hash = base::crypto::hash_password(password),
                          .email = core::storable_text(email.substr(0, 254)),
                          .created = clock_.wall_time()});
}

base::Result<IssuedToken> Accounts::login(const std::string& user,
                                          const base::Secret& password,
                                          const std::string& email,
                                          const std::string& client,
                                          const std::function<base::Status()>& proven) {
  BASE_TRY_ASSIGN(const auto known, store_.find_user(user));
  bool created = false;
  if (!known && policy_.registration) {
    const auto added = add_user(user, password, email);
    // Somebody may have taken the name just now; then the password decides, as below.
    if (!added && added.error().code != ErrorCode::conflict) {
      return added.error();
    }
    created = added.has_value();
  }
  if (!created) {
    const auto checked = check_password(user, password, client);
    if (!checked && checked.error().code == ErrorCode::unauthorized && !policy_.registration) {
      return Error{ErrorCode::unauthorized,
                   "the user name or the password is wrong; new accounts cannot be created here"};
    }
    BASE_TRY(checked);
  }
  if (proven) {
    BASE_TRY(proven());
  }
  return create_token(user, {.label = "login"});
}

base::Result<IssuedToken> Accounts::create_token(const std::string& user,
                                                 const TokenRequest& request) {
  IssuedToken issued{
      .token = std::string(k_token_prefix) + base::crypto::random_text(k_letters, 36),
      .record = {}};
  issued.record = {.digest = base::crypto::sha256_hex(issued.token),
                   .key = base::crypto::hex_encode(base::crypto::random_bytes(16)),
                   .user = user,
                   .label = core::storable_text(request.label),
                   .hint = hint_of(issued.token),
                   .read_only = request.limits.read_only,
                   .created = clock_.wall_time(),
                   .expires = request.limits.expires,
                   .description = core::storable_text(request.description),
                   .limits = limits_text(request.limits)};
  BASE_TRY(store_.add_token(issued.record));
  return issued;
}

base::Status Accounts::change_password(const std::string& user,
                                       const base::Secret& password,
                                       store::Profiles& profiles) {
  BASE_TRY(check_new_account(user, password));
  BASE_TRY(profiles.set_password(
      user, base::crypto::hash_password(password), clock_.wall_time().time_since_epoch().count()));
  forget_verdicts();
  return base::ok();
}

base::Status Accounts::end_token(const std::string& user, const std::string& token) {
  BASE_TRY_ASSIGN(const auto record, store_.find_token(base::crypto::sha256_hex(token)));
  if (!record || record->user != user) {
    return Error{ErrorCode::not_found, "no such token"};
  }
  BASE_TRY(store_.remove_token(user, record->key));
  forget_verdicts();
  return base::ok();
}

base::Status Accounts::revoke_token(const std::string& user, const std::string& key_or_token) {
  BASE_TRY_ASSIGN(const auto tokens, store_.tokens_of(user));
  const auto digest = base::crypto::sha256_hex(key_or_token);
  const store::TokenRecord* chosen = nullptr;
  for (const auto& token : tokens) {
    if (token.digest != digest && (key_or_token.empty() || !token.key.starts_with(key_or_token))) {
      continue;
    }
    if (chosen != nullptr) {
      return Error{ErrorCode::conflict, "more than one token begins so"};
    }
    chosen = &token;
  }
  if (chosen == nullptr) {
    return Error{ErrorCode::not_found, "no such token"};
  }
  BASE_TRY(store_.remove_token(user, chosen->key));
  forget_verdicts();
  return base::ok();
}

// A verdict's key does not tell its token, and revoking is rare: all are established anew.
void Accounts::forget_verdicts() {
  auto verdicts = verdicts_.lock();
  verdicts->by_key.clear();
  ++verdicts->generation;
}

}  // namespace registry::access
