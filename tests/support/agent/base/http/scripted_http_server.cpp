#include "tests/support/agent/base/http/scripted_http_server.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

namespace tests {
namespace {

std::string received(int socket) {
  std::array<char, 65536> buffer{};
  const auto count = recv(socket, buffer.data(), buffer.size(), 0);
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

SeenRequest parse_head(const std::string& head) {
  SeenRequest request;
  const auto space = head.find(' ');
  const auto second = head.find(' ', space + 1);
  request.method = head.substr(0, space);
  request.target = head.substr(space + 1, second - space - 1);
  std::size_t begin = head.find("\r\n") + 2;
  while (begin < head.size()) {
    const auto end = std::min(head.find("\r\n", begin), head.size());
    const auto line = head.substr(begin, end - begin);
    if (const auto colon = line.find(": "); colon != std::string::npos) {
      request.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    }
    begin = end + 2;
  }
  return request;
}

// Reads from a socket as far as asked, keeping what came too early.
class Reader {
 public:
  explicit Reader(int socket) : socket_(socket) {}

  std::optional<std::string> until(std::string_view mark) {
    std::size_t found = 0;
    while ((found = pending_.find(mark)) == std::string::npos) {
      if (!more()) {
        return std::nullopt;
      }
    }
    auto text = pending_.substr(0, found);
    pending_.erase(0, found + mark.size());
    return text;
  }

  std::optional<std::string> exactly(std::size_t count) {
    while (pending_.size() < count) {
      if (!more()) {
        return std::nullopt;
      }
    }
    auto text = pending_.substr(0, count);
    pending_.erase(0, count);
    return text;
  }

  std::optional<std::string> chunks() {
    std::string body;
    while (true) {
      const auto size_line = until("\r\n");
      if (!size_line) {
        return std::nullopt;
      }
      const auto size = std::stoul(*size_line, nullptr, 16);
      const auto data = exactly(size + 2);
      if (!data) {
        return std::nullopt;
      }
      if (size == 0) {
        return body;
      }
      body += data->substr(0, size);
    }
  }

 private:
  bool more() {
    const auto bytes = received(socket_);
    pending_ += bytes;
    return !bytes.empty();
  }

  int socket_;
  std::string pending_;
};

std::optional<SeenRequest> read_request(Reader& reader) {
  const auto head = reader.until("\r\n\r\n");
  if (!head) {
    return std::nullopt;
  }
  auto request = parse_head(*head);
  std::optional<std::string> body = std::string();
  if (request.headers.contains("transfer-encoding")) {
    body = reader.chunks();
  } else if (request.headers.contains("content-length")) {
    body = reader.exactly(std::stoul(request.headers["content-length"]));
  }
  if (!body) {
    return std::nullopt;
  }
  request.body = std::move(*body);
  return request;
}

}  // namespace

void Conversation::raw(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // The client has gone; that is for the test to notice at its end.
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Conversation::answer(int status, std::string_view body, std::string_view more_headers) {
  raw(fmt::format(
      "HTTP/1.1 {} Status\r\nContent-Type: application/json\r\n{}", status, more_headers));
  if (status == 204 || status == 304) {
    raw("\r\n");
  } else {
    raw(fmt::format("Content-Length: {}\r\n\r\n", body.size()));
    raw(body);
  }
}

void Conversation::open(int status, std::string_view more_headers) {
  raw(fmt::format(
      "HTTP/1.1 {} Status\r\n{}Transfer-Encoding: chunked\r\n\r\n", status, more_headers));
}

void Conversation::chunk(std::string_view bytes) {
  raw(fmt::format("{:x}\r\n", bytes.size()));
  raw(bytes);
  raw("\r\n");
}

void Conversation::close_chunks() {
  raw("0\r\n\r\n");
}

std::string Conversation::read() const {
  return received(socket_);
}

void Conversation::hold() {
  while (!read().empty()) {
  }
  keep_ = false;
}

ScriptedHttpServer::ScriptedHttpServer(Transport transport, Script script)
    : script_(std::move(script)) {
  if (transport == Transport::unix_socket) {
    listen_unix();
  } else {
    listen_loopback();
  }
  accepting_ = std::thread([this] { accept_all(); });
}

ScriptedHttpServer::~ScriptedHttpServer() {
  shutdown(listener_.get(), SHUT_RDWR);
  accepting_.join();
  drop_connections();
  for (auto& thread : serving_) {
    thread.join();
  }
}

void ScriptedHttpServer::listen_unix() {
  auto directory = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  BASE_ASSERT(directory.has_value());
  directory_.push_back(*std::move(directory));
  path_ = directory_.front().path() / "server.sock";
  listener_ = base::Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  BASE_ASSERT(path_.size() < sizeof address.sun_path);
  std::memcpy(static_cast<char*>(address.sun_path), path_.data(), path_.size());
  BASE_ASSERT(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
              0);
  BASE_ASSERT(listen(listener_.get(), 64) == 0);
}

void ScriptedHttpServer::listen_loopback() {
  listener_ = base::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BASE_ASSERT(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
              0);
  BASE_ASSERT(listen(listener_.get(), 64) == 0);
  socklen_t size = sizeof address;
  BASE_ASSERT(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
}

void ScriptedHttpServer::accept_all() {
  while (true) {
    const int socket = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    auto state = state_.lock();
    state->sockets.push_back(socket);
    ++state->accepted;
    serving_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedHttpServer::serve(int socket) {
  Reader reader(socket);
  while (auto request = read_request(reader)) {
    state_.lock()->requests.push_back(*request);
    changed_.notify_all();
    Conversation conversation(socket);
    script_(*request, conversation);
    if (!conversation.kept()) {
      break;
    }
  }
  // Closed with the lock held, so that drop_connections never meets a number that was given anew.
  auto state = state_.lock();
  std::erase(state->sockets, socket);
  close(socket);
}

void ScriptedHttpServer::drop_connections() {
  auto state = state_.lock();
  for (const int socket : state->sockets) {
    shutdown(socket, SHUT_RDWR);
  }
}

std::vector<SeenRequest> ScriptedHttpServer::requests() {
  return state_.lock()->requests;
}

std::size_t ScriptedHttpServer::connections() {
  return state_.lock()->accepted;
}

bool ScriptedHttpServer::wait_for_requests(std::size_t count) {
  auto state = state_.lock();
  return state.wait_until(changed_,
                          std::chrono::steady_clock::now() + std::chrono::seconds(10),
                          [&](const State& current) { return current.requests.size() >= count; });
}

}  // namespace tests
