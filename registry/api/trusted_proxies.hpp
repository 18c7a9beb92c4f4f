#pragma once
// Whose forwarding fields are believed. Everybody else can write anything into them.

#include "agent/base/core/network.hpp"
#include "agent/base/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace registry::api {

class TrustedProxies {
 public:
  // "10.0.0.7, fd00::/8, private": addresses, networks, `loopback`, and `private` for the networks
  // that are never routed. Empty text trusts nobody. Errors: invalid_input, naming the entry.
  static base::Result<TrustedProxies> parse(std::string_view text);

  // `address` is numeric; what is no address is not trusted. An IPv4 address in IPv6 form counts as
  // the IPv4 address that it is.
  [[nodiscard]] bool contains(const std::string& address) const;

 private:
  base::Status add(std::string_view entry);

  std::vector<base::Network> networks_;
};

}  // namespace registry::api
