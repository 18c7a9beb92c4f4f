#include "registry/access/second_factors.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/mac.hpp"
#include "agent/base/crypto/random.hpp"
#include "registry/access/accounts.hpp"
#include "registry/access/totp.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace registry::access {
namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

constexpr std::size_t k_secret_bytes = 20;
constexpr int k_recovery_codes = 5;
constexpr int k_guesses_at_once = 5;
constexpr std::size_t k_max_users = 10'000;
constexpr std::chrono::minutes k_proof_lifetime{5};
constexpr std::string_view k_proof_prefix = "web_";
constexpr std::string_view k_auth_only = "auth-only";
constexpr std::string_view k_auth_and_writes = "auth-and-writes";

Error wrong_code(std::string_view text) {
  return Error{ErrorCode::unauthorized, std::string(text), "", std::string(k_one_time_password)};
}

std::string context_of(const std::string& user) {
  return "second factor of " + user;
}

// {"pending":{"mode","secret"},"active":{"mode","secret","recovery"}}, each absent or null.
json read_record(const std::string& text) {
  auto record = json::parse(text.empty() ? "{}" : text, nullptr, /*allow_exceptions=*/false);
  return record.is_object() ? record : json::object();
}

const json* part_of(const json& record, const char* part) {
  const auto found = record.find(part);
  return found != record.end() && found->is_object() ? &*found : nullptr;
}

base::Result<std::string> secret_in(const json& part,
                                    const std::string& user,
                                    const base::crypto::SealingKey& key) {
  BASE_TRY_ASSIGN(const auto sealed, base::crypto::base64_decode(part.value("secret", "")));
  return key.open(sealed, context_of(user));
}

bool is_automation(const Identity& identity) {
  return identity.limits != nullptr && identity.limits->bypasses_second_factor;
}

std::string mode_of(const json& record) {
  const auto* active = part_of(record, "active");
  return active == nullptr ? std::string() : active->value("mode", std::string(k_auth_only));
}

}  // namespace

bool needs_second_factor(Permission permission,
                         const Identity& identity,
                         const store::Memberships& memberships) {
  const auto& mode = memberships.second_factor;
  if (mode.empty()) {
    return false;
  }
  switch (permission) {
    case Permission::open:
      return false;
    case Permission::read:
    case Permission::user:
    case Permission::read_package:
    case Permission::read_organization:
      return identity.by_password;
    case Permission::account:
      return true;
    case Permission::write_package:
    case Permission::administer_package:
    case Permission::create_organization:
    case Permission::administer_organization:
    case Permission::administer_registry:
      return identity.by_password || (mode == k_auth_and_writes && !is_automation(identity));
  }
  return true;
}

base::Result<bool> needs_second_factor(const core::Package& package,
                                       const Identity& identity,
                                       const store::Memberships& memberships) {
  if (!package.second_factor || (package.automation_exempt && is_automation(identity))) {
    return false;
  }
  if (memberships.second_factor.empty() && !is_automation(identity)) {
    return Error{ErrorCode::forbidden,
                 fmt::format("writing {} takes a second factor, and you have none", package.name),
                 "Run `npm profile enable-2fa`."};
  }
  return true;
}

SecondFactors::SecondFactors(store::Profiles& profiles,
                             base::crypto::SealingKey key,
                             const base::Clock& clock)
    : profiles_(profiles),
      key_(std::move(key)),
      clock_(clock),
      attempts_(AttemptLimit(k_guesses_at_once, k_attempt_pause, k_max_users)) {}

base::Result<SecondFactorState> SecondFactors::state_of(const std::string& user) {
  BASE_TRY_ASSIGN(const auto profile, profiles_.find(user));
  const auto record = read_record(profile.second_factor);
  return SecondFactorState{.pending = part_of(record, "pending") != nullptr,
                           .mode = mode_of(record)};
}

base::Result<std::string> SecondFactors::begin(const std::string& user, const std::string& mode) {
  if (mode != k_auth_only && mode != k_auth_and_writes) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("the mode is {} or {}", k_auth_only, k_auth_and_writes)};
  }
  BASE_TRY_ASSIGN(const auto profile, profiles_.find(user));
  auto record = read_record(profile.second_factor);
  const auto secret = base::crypto::random_bytes(k_secret_bytes);
  record["pending"] = {
      {"mode", mode}, {"secret", base::crypto::base64_encode(key_.seal(secret, context_of(user)))}};
  BASE_TRY(
      profiles_.set_second_factor(user, profile.second_factor, record.dump(), mode_of(record)));
  return fmt::format("otpauth://totp/registry:{}?secret={}&issuer=registry", user, base32(secret));
}

base::Result<std::vector<std::string>> SecondFactors::confirm(const std::string& user,
                                                              const std::string& code) {
  BASE_TRY_ASSIGN(const auto profile, profiles_.find(user));
  auto record = read_record(profile.second_factor);
  const auto* pending = part_of(record, "pending");
  if (pending == nullptr) {
    return Error{ErrorCode::invalid_input, "no second factor was begun"};
  }
  BASE_TRY_ASSIGN(const auto secret, secret_in(*pending, user, key_));
  if (!totp_matches(secret, code, clock_.wall_time())) {
    return wrong_code("the one-time password is wrong");
  }
  std::vector<std::string> codes;
  json digests = json::array();
  for (int i = 0; i < k_recovery_codes; ++i) {
    codes.push_back(base::crypto::hex_encode(base::crypto::random_bytes(k_secret_bytes)));
    digests.push_back(base::crypto::sha256_hex(codes.back()));
  }
  json active = *pending;
  active["recovery"] = std::move(digests);
  record["active"] = std::move(active);
  record.erase("pending");
  BASE_TRY(
      profiles_.set_second_factor(user, profile.second_factor, record.dump(), mode_of(record)));
  return codes;
}

base::Status SecondFactors::disable(const std::string& user) {
  BASE_TRY_ASSIGN(const auto profile, profiles_.find(user));
  return profiles_.set_second_factor(user, profile.second_factor, "", "");
}

base::Status SecondFactors::check(const std::string& user, const std::string& password) {
  BASE_TRY_ASSIGN(const auto state, state_of(user));
  if (state.mode.empty()) {
    return base::ok();
  }
  if (password.empty()) {
    return wrong_code("this needs a one-time password from your authenticator");
  }
  if (!attempts_.lock()->take(user, clock_.monotonic_time())) {
    return Error{ErrorCode::unavailable,
                 "too many wrong one-time passwords",
                 "Wait half a minute.",
                 std::string(k_too_many_attempts)};
  }
  BASE_TRY(check_guess(user, password));
  attempts_.lock()->restore(user);
  return base::ok();
}

base::Status SecondFactors::check_guess(const std::string& user, const std::string& guess) {
  const auto now = clock_.wall_time();
  if (guess.starts_with(k_proof_prefix)) {
    const std::string_view rest = std::string_view(guess).substr(k_proof_prefix.size());
    const auto until = rest.substr(0, rest.find('_'));
    std::int64_t milliseconds = 0;
    const auto read = std::from_chars(until.data(), until.data() + until.size(), milliseconds);
    return read.ec == std::errc() && milliseconds > now.time_since_epoch().count() &&
                   base::crypto::constant_time_equal(
                       guess,
                       fmt::format("{}{}_{}", k_proof_prefix, until, signature_of(user, until)))
               ? base::ok()
               : base::Status(wrong_code("this proof of the one-time password has expired"));
  }
  BASE_TRY_ASSIGN(const auto profile, profiles_.find(user));
  auto record = read_record(profile.second_factor);
  auto& active = record["active"];
  BASE_TRY_ASSIGN(const auto secret, secret_in(active, user, key_));
  if (totp_matches(secret, guess, now)) {
    return base::ok();
  }
  auto& recovery = active["recovery"];
  const auto used = std::find(recovery.begin(), recovery.end(), base::crypto::sha256_hex(guess));
  if (used == recovery.end()) {
    return wrong_code("the one-time password is wrong");
  }
  recovery.erase(used);
  return profiles_.set_second_factor(user, profile.second_factor, record.dump(), mode_of(record));
}

std::string SecondFactors::signature_of(const std::string& user, std::string_view until) const {
  return base::crypto::hex_encode(base::crypto::hmac_sha256(
      key_.derive("proof of a one-time password").reveal(), fmt::format("{} {}", until, user)));
}

std::string SecondFactors::proof_for(const std::string& user) {
  const auto until =
      std::to_string((clock_.wall_time() + k_proof_lifetime).time_since_epoch().count());
  return fmt::format("{}{}_{}", k_proof_prefix, until, signature_of(user, until));
}

}  // namespace registry::access
