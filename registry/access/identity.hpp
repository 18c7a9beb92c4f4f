#pragma once
// Who is asking, and what his token does not allow him.

#include "agent/base/core/clock.hpp"
#include "registry/core/package.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registry::access {

// What a token may do with packages or organisations it names.
enum class TokenPower { none, read, stage, write };

// The limits that a token was created with. Every route is held to them by the dispatcher.
struct TokenLimits {
  bool read_only = false;
  std::vector<std::string> networks;  // "192.0.2.0/24": where it may come from; empty: anywhere.
  std::optional<base::WallTime> expires;
  // A token that names what it is for may do nothing else: not manage the account either.
  bool granular = false;
  bool all_packages = false;
  std::vector<std::string> packages;
  std::vector<std::string> scopes;  // "@s"
  TokenPower on_packages = TokenPower::write;
  std::vector<std::string> organizations;
  TokenPower on_organizations = TokenPower::none;
  bool bypasses_second_factor = false;

  [[nodiscard]] TokenPower power_on(std::string_view package) const;
  [[nodiscard]] TokenPower power_in(std::string_view organization) const;
};

struct Identity {
  std::string user;
  std::string email;
  std::shared_ptr<const TokenLimits> limits = {};  // Null: none, as of a password.
  std::string token = {};                          // Its key of listings; empty for a password.
  bool by_password = false;                        // It came with the request.

  [[nodiscard]] bool is_read_only() const { return limits != nullptr && limits->read_only; }
};

// The reason of an error of code unauthorized: another address would do.
inline constexpr std::string_view k_ip_address = "ip_address";

// Whether the token may be used now and from there. Errors: unauthorized (it expired; or, with the
// reason "ip_address", the client's address is not one of its networks).
base::Status check_token_use(const Identity& identity,
                             const std::string& client,
                             base::WallTime now);

}  // namespace registry::access
