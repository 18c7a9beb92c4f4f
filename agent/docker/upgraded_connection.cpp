#include "agent/docker/upgraded_connection.hpp"

#include "agent/docker/decode.hpp"
#include "agent/docker/failures.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>

namespace agent::docker {
namespace {

using base::Error;
using base::ErrorCode;
using Moment = std::chrono::steady_clock::time_point;

constexpr std::size_t k_largest_head = 64U << 10U;

Error system_failure(ErrorCode code, std::string_view action) {
  return Error{code, fmt::format("{}: {}", action, std::generic_category().message(errno))};
}

// Waits until `events` can be done on the socket, the deadline passes or the token asks. The token
// writes to a descriptor of its own, since nothing else interrupts a poll without a race.
base::Status wait_for(int socket, short events, Moment deadline, const std::stop_token& stop) {
  const base::Fd wake(stop.stop_possible() ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1);
  const std::stop_callback on_stop(stop, [&] {
    if (wake.valid()) {
      static_cast<void>(eventfd_write(wake.get(), 1));
    }
  });
  while (true) {
    if (stop.stop_requested()) {
      return Error{ErrorCode::cancelled, "cancelled"};
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return Error{ErrorCode::timed_out, "the engine did not answer in time"};
    }
    std::array<pollfd, 2> waited = {{{.fd = socket, .events = events, .revents = 0},
                                     {.fd = wake.get(), .events = POLLIN, .revents = 0}}};
    const auto longest = std::min<std::int64_t>(left.count(), 60'000);
    if (poll(waited.data(), waited.size(), static_cast<int>(longest)) < 0 && errno != EINTR) {
      return system_failure(ErrorCode::io, "poll");
    }
    if (waited[0].revents != 0) {
      return base::ok();
    }
  }
}

base::Result<base::Fd> connected(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{ErrorCode::invalid_input, fmt::format("the socket path {} is too long", path)};
  }
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) {
    return system_failure(ErrorCode::io, "socket");
  }
  // A unix socket connects at once or, with the listener's queue full, says EAGAIN: an engine that
  // busy counts as unavailable.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the C interface asks for.
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_failure(ErrorCode::unavailable, path);
  }
  return socket;
}

base::Status send_all(int socket,
                      std::string_view data,
                      Moment deadline,
                      const std::stop_token& stop) {
  while (!data.empty()) {
    const auto sent = send(socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      data.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      BASE_TRY(wait_for(socket, POLLOUT, deadline, stop));
    } else if (errno != EINTR) {
      return system_failure(ErrorCode::unavailable, "write to the engine");
    }
  }
  return base::ok();
}

base::Result<std::size_t> receive(int socket,
                                  std::span<char> buffer,
                                  Moment deadline,
                                  const std::stop_token& stop) {
  while (true) {
    const auto count = recv(socket, buffer.data(), buffer.size(), 0);
    if (count >= 0) {
      return static_cast<std::size_t>(count);
    }
    if (errno == EAGAIN) {
      BASE_TRY(wait_for(socket, POLLIN, deadline, stop));
    } else if (errno == ECONNRESET) {
      return std::size_t{0};  // The program ended with input unread.
    } else if (errno != EINTR) {
      return system_failure(ErrorCode::io, "read from the engine");
    }
  }
}

struct Head {
  int status = 0;
  std::size_t content_length = 0;
};

// The engine's own answer to our own request: a status line, and the length of a refusal's text.
Head read_head(std::string_view text) {
  Head head;
  const auto space = text.find(' ');
  if (text.starts_with("HTTP/1.") && space != std::string_view::npos) {
    std::from_chars(text.data() + space + 1, text.data() + text.size(), head.status);
  }
  constexpr std::string_view k_length = "\r\nContent-Length: ";
  if (const auto found = text.find(k_length); found != std::string_view::npos) {
    const auto* begin = text.data() + found + k_length.size();
    std::from_chars(begin, text.data() + text.size(), head.content_length);
    head.content_length = std::min(head.content_length, k_largest_head);
  }
  return head;
}

}  // namespace

base::Result<UpgradedConnection> UpgradedConnection::open(const std::string& socket,
                                                          const std::string& path,
                                                          const std::string& body,
                                                          const Call& call) {
  const auto deadline = std::chrono::steady_clock::now() + call.deadline;
  BASE_TRY_ASSIGN(auto connection, connected(socket));
  BASE_TRY(send_all(connection.get(),
                    fmt::format("POST {} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\n"
                                "Upgrade: tcp\r\nContent-Type: application/json\r\n"
                                "Content-Length: {}\r\n\r\n{}",
                                path,
                                body.size(),
                                body),
                    deadline,
                    call.stop));
  std::string received;
  std::optional<Head> head;
  std::size_t head_size = 0;
  std::array<char, 4096> buffer{};
  while (true) {
    if (!head) {
      const auto end = received.find("\r\n\r\n");
      if (end != std::string::npos) {
        head_size = end + 4;
        head = read_head(std::string_view(received).substr(0, head_size));
      }
    }
    if (head && (head->status == 101 || head->status == 200)) {
      return UpgradedConnection(std::move(connection), received.substr(head_size));
    }
    const bool refused = head && received.size() >= head_size + head->content_length;
    if (refused || received.size() > k_largest_head) {
      return failure_of(head ? head->status : 0,
                        decode_message(std::string_view(received).substr(head_size)));
    }
    BASE_TRY_ASSIGN(const auto count, receive(connection.get(), buffer, deadline, call.stop));
    if (count == 0) {
      return Error{ErrorCode::unavailable, "the engine closed the connection before it answered"};
    }
    received.append(buffer.data(), count);
  }
}

base::Result<std::size_t> UpgradedConnection::read(std::span<char> buffer, const Call& call) {
  if (!early_.empty()) {
    const auto count = std::min(buffer.size(), early_.size());
    std::copy_n(early_.begin(), count, buffer.begin());
    early_.erase(0, count);
    return count;
  }
  return receive(
      socket_.get(), buffer, std::chrono::steady_clock::now() + call.deadline, call.stop);
}

base::Status UpgradedConnection::write(std::string_view data, const Call& call) {
  return send_all(socket_.get(), data, std::chrono::steady_clock::now() + call.deadline, call.stop);
}

base::Status UpgradedConnection::close_write() {
  if (shutdown(socket_.get(), SHUT_WR) != 0 && errno != ENOTCONN) {
    return system_failure(ErrorCode::io, "close the input");
  }
  return base::ok();
}

}  // namespace agent::docker
