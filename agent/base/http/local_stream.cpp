#include "agent/base/http/local_stream.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace base::http {
namespace {

Error socket_error(std::string_view action, const std::string& path) {
  return Error{ErrorCode::io,
               fmt::format("{} {}: {}", action, path, std::generic_category().message(errno))};
}

int milliseconds_of(std::chrono::milliseconds timeout) {
  return static_cast<int>(std::min<std::chrono::milliseconds::rep>(timeout.count(), 3'600'000));
}

}  // namespace

LocalStream::LocalStream(int socket,
                         int stop_event,
                         std::chrono::milliseconds read_timeout,
                         std::chrono::milliseconds write_timeout)
    : socket_(socket),
      stop_event_(stop_event),
      read_timeout_(read_timeout),
      write_timeout_(write_timeout) {}

LocalStream::Readiness LocalStream::wait(short events, std::chrono::milliseconds timeout) const {
  std::array<pollfd, 2> waited{pollfd{.fd = socket_, .events = events, .revents = 0},
                               pollfd{.fd = stop_event_, .events = POLLIN, .revents = 0}};
  for (;;) {
    const int count = ::poll(waited.data(), waited.size(), milliseconds_of(timeout));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return count == 0 ? Readiness::silent : Readiness::broken;
    }
    // A request that is there is served even when the server stops: it was accepted.
    return waited[0].revents != 0 ? Readiness::ready : Readiness::stopped;
  }
}

std::chrono::milliseconds LocalStream::patience() const {
  if (!request_deadline_) {
    return read_timeout_;
  }
  return std::min(read_timeout_,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      *request_deadline_ - std::chrono::steady_clock::now()));
}

ssize_t LocalStream::read(char* buffer, std::size_t size) {
  if (begin_ == end_) {
    const auto patience = this->patience();
    if (patience.count() <= 0 || wait(POLLIN, patience) != Readiness::ready) {
      return -1;
    }
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) {
      return count;
    }
    begin_ = 0;
    end_ = static_cast<std::size_t>(count);
  }
  const auto count = std::min(size, end_ - begin_);
  std::memcpy(buffer, buffer_.data() + begin_, count);
  begin_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t LocalStream::write(const char* bytes, std::size_t size) {
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t count = ::send(socket_, bytes + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    if (errno == EINTR) {
      continue;
    }
    if (errno != EAGAIN) {
      return -1;
    }
    pollfd waited{.fd = socket_, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waited, 1, milliseconds_of(write_timeout_));
    if (ready == 0 || (ready < 0 && errno != EINTR)) {
      return -1;
    }
  }
  return static_cast<ssize_t>(size);
}

bool LocalStream::connected() const {
  pollfd waited{.fd = socket_, .events = 0, .revents = 0};
  return ::poll(&waited, 1, 0) >= 0 && (waited.revents & (POLLHUP | POLLERR)) == 0;
}

bool LocalStream::wait_for_request(std::chrono::milliseconds timeout) {
  if (begin_ == end_) {
    char next = 0;
    if (wait(POLLIN, timeout) != Readiness::ready || ::recv(socket_, &next, 1, MSG_PEEK) != 1) {
      return false;
    }
  }
  if (request_timeout_) {
    request_deadline_ = std::chrono::steady_clock::now() + *request_timeout_;
  }
  return true;
}

void LocalStream::linger(std::chrono::milliseconds silence) {
  constexpr std::size_t k_most = std::size_t{16} << 20U;
  static_cast<void>(::shutdown(socket_, SHUT_WR));
  std::size_t dropped = 0;
  while (dropped < k_most && wait(POLLIN, silence) == Readiness::ready) {
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) {
      return;
    }
    dropped += static_cast<std::size_t>(count);
  }
}

void refuse(LocalStream& stream) {
  const auto response = local_error_response({ErrorCode::unavailable,
                                              "too many connections",
                                              "Try again in a moment.",
                                              "too_many_connections"});
  const auto text = fmt::format(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: "
      "1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
      response.body.size(),
      response.body);
  static_cast<void>(stream.write(text.data(), text.size()));
  stream.linger(std::chrono::milliseconds(20));  // Perhaps on the accepting thread: no longer.
}

Result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return Error{
        ErrorCode::io,
        fmt::format("ask for the peer of a socket: {}", std::generic_category().message(errno))};
  }
  return Peer{.uid = credentials.uid, .gid = credentials.gid, .pid = credentials.pid};
}

Result<Fd> listen_locally(const LocalServerOptions& options, int backlog) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (options.path.empty() || options.path.size() >= sizeof address.sun_path) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format(
            "{}: a socket's path has 1 to {} bytes", options.path, sizeof address.sun_path - 1),
        "Choose a shorter run_dir."};
  }
  std::memcpy(address.sun_path, options.path.data(), options.path.size());

  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) {
    return socket_error("make a socket for", options.path);
  }
  if (::unlink(options.path.c_str()) != 0 && errno != ENOENT) {
    return socket_error("remove", options.path);
  }
  // On Linux the mode of the descriptor is the mode that bind gives the file, so that there is no
  // moment in which it is wider than asked for; and nobody connects before listen.
  if (::fchmod(socket.get(), 0600) != 0 ||
      ::bind(socket.get(),
             reinterpret_cast<const sockaddr*>(&address),  // NOLINT
             sizeof address) != 0) {
    return socket_error("bind", options.path);
  }
  if (options.group &&
      ::lchown(options.path.c_str(), static_cast<uid_t>(-1), *options.group) != 0) {
    return socket_error("chown", options.path);
  }
  if (::chmod(options.path.c_str(), options.mode) != 0) {
    return socket_error("chmod", options.path);
  }
  if (::listen(socket.get(), backlog) != 0) {
    return socket_error("listen on", options.path);
  }
  return socket;
}

}  // namespace base::http
