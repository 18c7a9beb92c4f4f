#include "agent/base/http/listener.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

namespace base::http {
namespace {

constexpr int k_backlog = 4096;  // A burst of a CI fleet must not end in retried SYNs.
constexpr int k_accepts_a_turn = 64;

// The socket API takes every family through the type of none; these are the only casts.
sockaddr* generic(sockaddr_storage& address) {
  return reinterpret_cast<sockaddr*>(&address);  // NOLINT
}

Error listen_error(const ListenAddress& address, int error) {
  auto code = ErrorCode::io;
  if (error == EADDRINUSE) {
    code = ErrorCode::conflict;
  } else if (error == EADDRNOTAVAIL) {
    code = ErrorCode::invalid_input;
  } else if (error == EACCES) {
    code = ErrorCode::forbidden;
  }
  return Error{.code = code,
               .message = fmt::format("cannot listen on {} port {}: {}",
                                      address.host,
                                      address.port,
                                      std::generic_category().message(error))};
}

Result<socklen_t> socket_address(const ListenAddress& address, sockaddr_storage& out) {
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, address.host.c_str(), &v4) == 1) {
    sockaddr_in filled{};
    filled.sin_family = AF_INET;
    filled.sin_port = htons(address.port);
    filled.sin_addr = v4;
    std::memcpy(&out, &filled, sizeof(filled));
    return static_cast<socklen_t>(sizeof(filled));
  }
  if (::inet_pton(AF_INET6, address.host.c_str(), &v6) == 1) {
    sockaddr_in6 filled{};
    filled.sin6_family = AF_INET6;
    filled.sin6_port = htons(address.port);
    filled.sin6_addr = v6;
    std::memcpy(&out, &filled, sizeof(filled));
    return static_cast<socklen_t>(sizeof(filled));
  }
  return Error{.code = ErrorCode::invalid_input,
               .message = fmt::format("'{}' is no IP address to listen on", address.host)};
}

void enable(int socket, int level, int option) {
  const int on = 1;
  static_cast<void>(::setsockopt(socket, level, option, &on, sizeof(on)));
}

std::string address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  // An IPv4 client of an IPv6 socket is known by the address it has.
  constexpr std::string_view k_mapped = "::ffff:";
  const std::string_view view = text.data();
  return std::string(view.starts_with(k_mapped) && view.find('.') != std::string_view::npos
                         ? view.substr(k_mapped.size())
                         : view);
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  ListenAddress address;
  if (colon != std::string_view::npos) {
    auto host = text.substr(0, colon);
    const auto port = text.substr(colon + 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    }
    const auto* const end = port.data() + port.size();
    const auto [stop, error] = std::from_chars(port.data(), end, address.port);
    if (error == std::errc() && stop == end && !port.empty() && !host.empty()) {
      address.host = host;
      return address;
    }
  }
  return Error{.code = ErrorCode::invalid_input,
               .message = fmt::format("'{}' is no address to listen on", text),
               .hint = "Write it as 127.0.0.1:8080 or [::1]:8080."};
}

Result<Fd> open_listener(const ListenAddress& address, PortSharing sharing) {
  sockaddr_storage storage{};
  BASE_TRY_ASSIGN(const auto size, socket_address(address, storage));
  Fd socket(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) {
    return listen_error(address, errno);
  }
  enable(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  if (sharing == PortSharing::shared) {
    enable(socket.get(), SOL_SOCKET, SO_REUSEPORT);
  }
  if (::bind(socket.get(), generic(storage), size) != 0 || ::listen(socket.get(), k_backlog) != 0) {
    return listen_error(address, errno);
  }
  return socket;
}

std::uint16_t port_of(const Fd& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  if (::getsockname(socket.get(), generic(storage), &size) != 0) {
    return 0;
  }
  sockaddr_in address{};  // The port is in the same place for both families.
  std::memcpy(&address, &storage, sizeof(address));
  return ntohs(address.sin_port);
}

Listener::Listener(IoLoop& loop, Fd socket, Accept accept)
    : Watched(loop, std::move(socket)), accept_(std::move(accept)) {}

void Listener::start() {
  wait(Readiness::readable);
}

void Listener::on_ready(Readiness /*readiness*/) {
  for (int turn = 0; turn < k_accepts_a_turn && is_open(); ++turn) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    Fd socket(::accept4(descriptor(), generic(peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.valid()) {
      enable(socket.get(), IPPROTO_TCP, TCP_NODELAY);
      accept_(std::move(socket), address_text(peer));
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return;
    }
    if (errno == EAGAIN) {
      break;
    }
  }
  start();
}

}  // namespace base::http
