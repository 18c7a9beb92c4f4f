#include "tests/support/agent/engine/recording_proxy.hpp"

#include "agent/base/core/assert.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <regex>

namespace agent::engine {
namespace {

constexpr int k_look_for_stop_ms = 50;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX};
  BASE_ASSERT(path.size() < sizeof address.sun_path);
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

base::Fd connected_to(const std::string& path) {
  base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = address_of(path);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
  BASE_ASSERT(::connect(socket.get(), generic, sizeof address) == 0);
  return socket;
}

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const auto sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

RecordingProxy::RecordingProxy(std::filesystem::path socket, std::string engine_socket)
    : path_(std::move(socket)), engine_socket_(std::move(engine_socket)) {
  listener_ = base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = address_of(path_.string());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
  BASE_ASSERT(::bind(listener_.get(), generic, sizeof address) == 0);
  constexpr int k_backlog = 64;
  BASE_ASSERT(::listen(listener_.get(), k_backlog) == 0);
  acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
}

RecordingProxy::~RecordingProxy() {
  acceptor_.request_stop();
  acceptor_.join();
  for (auto& relay : relays_) {
    relay.request_stop();
  }
}

std::vector<std::string> RecordingProxy::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> RecordingProxy::changes() {
  auto all = requests();
  std::erase_if(all, [](const std::string& line) {
    return line.starts_with("GET ") || line.starts_with("HEAD ");
  });
  return all;
}

void RecordingProxy::forget() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
}

void RecordingProxy::accept_all(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd interest{.fd = listener_.get(), .events = POLLIN};
    if (::poll(&interest, 1, k_look_for_stop_ms) > 0) {
      relays_.emplace_back(
          [this, client = base::Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC))](
              const std::stop_token& end) { relay(client, end); });
    }
  }
}

// Heads arrive in pieces, bodies between them: every line that looks like a request's first one is
// taken for one.
void RecordingProxy::remember(std::string& pending, const char* data, std::size_t size) {
  static const std::regex k_line("^((?:GET|HEAD|POST|PUT|DELETE) /[^ ]*) HTTP/1\\.1$");
  pending.append(data, size);
  for (auto end = pending.find("\r\n"); end != std::string::npos; end = pending.find("\r\n")) {
    const auto line = pending.substr(0, end);
    pending.erase(0, end + 2);
    std::smatch match;
    constexpr std::size_t k_longest = 4096;
    if (line.size() < k_longest && std::regex_match(line, match, k_line)) {
      const std::lock_guard lock(mutex_);
      requests_.push_back(match[1]);
    }
  }
}

void RecordingProxy::relay(const base::Fd& client, const std::stop_token& stop) {
  const auto engine = connected_to(engine_socket_);
  std::array<pollfd, 2> interests{pollfd{.fd = client.get(), .events = POLLIN},
                                  pollfd{.fd = engine.get(), .events = POLLIN}};
  std::array<char, 65536> buffer{};
  std::string pending;
  while (!stop.stop_requested() && interests[1].fd >= 0) {
    ::poll(interests.data(), interests.size(), k_look_for_stop_ms);
    for (std::size_t from = 0; from < 2; ++from) {
      auto& interest = interests.at(from);
      if (interest.fd < 0 || (interest.revents & (POLLIN | POLLHUP | POLLERR)) == 0) {
        continue;
      }
      const int to = from == 0 ? engine.get() : client.get();
      const auto count = ::recv(interest.fd, buffer.data(), buffer.size(), 0);
      if (count <= 0 || !send_all(to, buffer.data(), static_cast<std::size_t>(count))) {
        ::shutdown(to, SHUT_WR);
        interest.fd = -1;
      } else if (from == 0) {
        remember(pending, buffer.data(), static_cast<std::size_t>(count));
      }
    }
  }
}

}  // namespace agent::engine
