#include "agent/base/http/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace base::http {

std::optional<SocketAddress> socket_address(const std::string& address, std::uint16_t port) {
  SocketAddress found;
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    std::memcpy(&found.storage, &four, sizeof four);
    found.size = sizeof four;
    return found;
  }
  if (::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    std::memcpy(&found.storage, &six, sizeof six);
    found.size = sizeof six;
    return found;
  }
  return std::nullopt;
}

}  // namespace base::http
