#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace base::http {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// For connect and bind. `address` is a numeric IPv4 or IPv6 address without brackets; nothing else
// is looked up.
std::optional<SocketAddress> socket_address(const std::string& address, std::uint16_t port);

}  // namespace base::http
