#include "registry/api/trusted_proxies.hpp"

#include "agent/base/http/headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace registry::api {

base::Status TrustedProxies::add(std::string_view entry) {
  const auto network = base::Network::parse(entry);
  if (!network) {
    return base::Error{base::ErrorCode::invalid_input,
                       fmt::format("'{:.60}' is no trusted proxy; expected an address, a network"
                                   " such as 10.0.0.0/8, `loopback` or `private`",
                                   entry)};
  }
  networks_.push_back(*network);
  return base::ok();
}

base::Result<TrustedProxies> TrustedProxies::parse(std::string_view text) {
  constexpr std::array<std::string_view, 2> k_loopback = {"127.0.0.0/8", "::1"};
  constexpr std::array<std::string_view, 4> k_private = {
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};
  TrustedProxies proxies;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto entry = base::http::trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (entry == "loopback") {
      for (const auto network : k_loopback) {
        BASE_TRY(proxies.add(network));
      }
    } else if (entry == "private") {
      for (const auto network : k_private) {
        BASE_TRY(proxies.add(network));
      }
    } else {
      BASE_TRY(proxies.add(entry));
    }
  }
  return proxies;
}

bool TrustedProxies::contains(const std::string& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const base::Network& network) {
    return network.contains(address);
  });
}

}  // namespace registry::api
