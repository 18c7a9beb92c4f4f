#include "registry/access/identity.hpp"

#include "agent/base/core/network.hpp"
#include "registry/core/package_name.hpp"

#include <algorithm>

namespace registry::access {
namespace {

using base::Error;
using base::ErrorCode;

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

TokenPower TokenLimits::power_on(std::string_view package) const {
  if (!granular) {
    return read_only ? TokenPower::read : TokenPower::write;
  }
  const bool named =
      all_packages || contains(packages, package) || contains(scopes, core::scope_of(package));
  return named ? on_packages : TokenPower::none;
}

TokenPower TokenLimits::power_in(std::string_view organization) const {
  if (!granular) {
    return read_only ? TokenPower::read : TokenPower::write;
  }
  return contains(organizations, organization) ? on_organizations : TokenPower::none;
}

base::Status check_token_use(const Identity& identity,
                             const std::string& client,
                             base::WallTime now) {
  if (identity.limits == nullptr) {
    return base::ok();
  }
  const auto& limits = *identity.limits;
  if (limits.expires && *limits.expires <= now) {
    return Error{ErrorCode::unauthorized, "this token has expired"};
  }
  const auto holds = [&](const std::string& text) {
    const auto network = base::Network::parse(text);
    return network && network->contains(client);
  };
  if (!limits.networks.empty() &&
      std::none_of(limits.networks.begin(), limits.networks.end(), holds)) {
    return Error{ErrorCode::unauthorized,
                 "this token may not be used from your address",
                 "",
                 std::string(k_ip_address)};
  }
  return base::ok();
}

}  // namespace registry::access
