#include "agent/base/fs/fd.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/engine/checks.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace agent::engine {
namespace {

namespace stdfs = std::filesystem;

// Tries what the engine's proxy will try. SO_REUSEADDR, as there: connections that linger in
// TIME_WAIT are no obstacle.
bool can_bind(const std::string& address, std::uint16_t port, docker::Protocol protocol) {
  const int type = protocol == docker::Protocol::udp ? SOCK_DGRAM : SOCK_STREAM;
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr_in four{.sin_family = AF_INET, .sin_port = htons(port)};
  sockaddr_in6 six{.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (address.empty() || ::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
    std::memcpy(&storage, &four, sizeof four);
    size = sizeof four;
  } else if (::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
    std::memcpy(&storage, &six, sizeof six);
    size = sizeof six;
  } else {
    return true;  // The engine will say what is wrong with the address.
  }
  const base::Fd socket(::socket(storage.ss_family, type | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto* generic = reinterpret_cast<const sockaddr*>(&storage);  // NOLINT
  const bool bound = ::bind(socket.get(), generic, size) == 0 &&
                     (type == SOCK_DGRAM || ::listen(socket.get(), 1) == 0);
  return bound || errno != EADDRINUSE;
}

// Inodes of sockets bound to the port, from proc(5)'s tables of this network namespace.
std::set<std::string> inodes_at(std::uint16_t port, docker::Protocol protocol) {
  std::set<std::string> inodes;
  const auto suffix = fmt::format(":{:04X}", port);
  const bool udp = protocol == docker::Protocol::udp;
  for (const auto* table : {udp ? "/proc/self/net/udp" : "/proc/self/net/tcp",
                            udp ? "/proc/self/net/udp6" : "/proc/self/net/tcp6"}) {
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream fields(line);
      std::string skipped;
      std::string local;
      std::string state;
      std::string inode;
      // Between them the remote address, queues, timer, retransmits, user and time-out.
      fields >> skipped >> local >> skipped >> state >> skipped >> skipped >> skipped >> skipped >>
          skipped >> inode;
      constexpr const char* k_listening = "0A";
      if (local.ends_with(suffix) && (udp || state == k_listening)) {
        inodes.insert(inode);
      }
    }
  }
  return inodes;
}

bool holds_one_of(const stdfs::path& process, const std::set<std::string>& inodes) {
  std::error_code failure;
  for (stdfs::directory_iterator entry(process / "fd", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::error_code unreadable;
    const auto target = stdfs::read_symlink(entry->path(), unreadable).string();
    constexpr std::string_view k_prefix = "socket:[";
    if (target.starts_with(k_prefix) &&
        inodes.contains(target.substr(k_prefix.size(), target.size() - k_prefix.size() - 1))) {
      return true;
    }
  }
  return false;
}

std::string process_at(std::uint16_t port, docker::Protocol protocol) {
  const auto inodes = inodes_at(port, protocol);
  std::error_code failure;
  for (stdfs::directory_iterator entry("/proc", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const auto pid = entry->path().filename().string();
    if (std::all_of(pid.begin(), pid.end(), [](unsigned char c) { return std::isdigit(c) != 0; }) &&
        holds_one_of(entry->path(), inodes)) {
      std::ifstream file(entry->path() / "comm");
      std::string name;
      std::getline(file, name);
      return fmt::format("process {} (pid {})", name, pid);
    }
  }
  return "";
}

class SystemHostFacts final : public HostFacts {
 public:
  std::optional<PortHolder> port_holder(const std::string& address,
                                        std::uint16_t port,
                                        docker::Protocol protocol) override {
    if (protocol == docker::Protocol::sctp || can_bind(address, port, protocol)) {
      return std::nullopt;
    }
    return PortHolder{.text = process_at(port, protocol)};
  }

  std::optional<std::uint64_t> free_bytes(const stdfs::path& path) override {
    const auto space = base::fs::free_space(path);
    return space ? std::optional(space->free_bytes) : std::nullopt;
  }
};

}  // namespace

std::unique_ptr<HostFacts> make_host_facts() {
  return std::make_unique<SystemHostFacts>();
}

}  // namespace agent::engine
