#include "agent/daemon/template_facts.hpp"

#include "agent/base/core/scope_exit.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <net/if.h>

namespace agent::daemon {
namespace {

std::string text_of(const sockaddr* address) {
  sockaddr_in internet{};
  std::memcpy(&internet, address, sizeof internet);
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &internet.sin_addr, text.data(), text.size()) != nullptr
             ? std::string(text.data())
             : std::string{};
}

// The address that this machine would send from to the outside. A datagram socket that is connected
// sends nothing; it only asks the routing table.
std::string outgoing_address() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    return {};
  }
  const base::ScopeExit close([&] { ::close(socket); });
  sockaddr_in outside{};
  outside.sin_family = AF_INET;
  outside.sin_port = htons(9);
  ::inet_pton(AF_INET, "192.0.2.1", &outside.sin_addr);  // Documentation's own network.
  sockaddr_in own{};
  socklen_t size = sizeof own;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&outside), sizeof outside) !=
          0 ||                                                                 // NOLINT
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0) {  // NOLINT
    return {};
  }
  return text_of(reinterpret_cast<const sockaddr*>(&own));  // NOLINT
}

}  // namespace

render::HostFacts look_for_templates() {
  render::HostFacts facts;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) == 0) {
    for (const auto* each = list; each != nullptr; each = each->ifa_next) {
      if (each->ifa_addr != nullptr && each->ifa_addr->sa_family == AF_INET) {
        facts.interfaces.emplace(each->ifa_name, text_of(each->ifa_addr));
      }
    }
    ::freeifaddrs(list);
  }
  if (const auto bridge = facts.interfaces.find("docker0"); bridge != facts.interfaces.end()) {
    facts.docker_address = bridge->second;
  }
  facts.private_address = outgoing_address();
  if (facts.private_address.empty()) {
    facts.private_address = "127.0.0.1";  // No way out of this machine.
  }
  facts.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return facts;
}

}  // namespace agent::daemon
