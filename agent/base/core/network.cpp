#include "agent/base/core/network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>
#include <iterator>

namespace base {

std::string network_of(const std::string& address) {
  constexpr std::size_t k_network_bytes = 8;
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes)) {
    return address;
  }
  return {std::begin(bytes.s6_addr), std::begin(bytes.s6_addr) + k_network_bytes};
}

}  // namespace base
