#pragma once
// A blocking socket that sends exactly what it is told, for tests of servers.

#include "agent/base/fs/fd.hpp"

#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tests {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0) {
    socket_ = base::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_buffer > 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    const timeval patience{.tv_sec = 8, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_.get(),
                      reinterpret_cast<const sockaddr*>(&address),  // NOLINT
                      sizeof(address)) == 0);
  }

  // False when the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Empty at the end, and when the server says nothing for 8 seconds.
  std::string receive(std::size_t most = 64U * 1024U) {
    std::string bytes(most, '\0');
    const auto count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }

  std::string receive_until(std::string_view mark) {
    while (buffer_.find(mark) == std::string::npos) {
      const auto bytes = receive();
      if (bytes.empty()) {
        return std::exchange(buffer_, {});
      }
      buffer_.append(bytes);
    }
    const auto end = buffer_.find(mark) + mark.size();
    auto text = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return text;
  }

  std::string receive_exactly(std::size_t size) {
    while (buffer_.size() < size) {
      const auto bytes = receive();
      if (bytes.empty()) {
        break;
      }
      buffer_.append(bytes);
    }
    auto text = buffer_.substr(0, size);
    buffer_.erase(0, text.size());
    return text;
  }

  std::string receive_all() {
    auto all = std::exchange(buffer_, {});
    for (auto bytes = receive(); !bytes.empty(); bytes = receive()) {
      all.append(bytes);
    }
    return all;
  }

  // One answer with a Content-Length.
  struct Answer {
    std::string head;
    std::string body;
  };
  Answer answer() {
    Answer answer{.head = receive_until("\r\n\r\n")};
    const auto field = answer.head.find("Content-Length: ");
    if (field != std::string::npos) {
      answer.body = receive_exactly(std::stoul(answer.head.substr(field + 16)));
    }
    return answer;
  }

  Answer get(std::string_view target) {
    send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n");
    return answer();
  }

  void end_output() { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }
  [[nodiscard]] int descriptor() const { return socket_.get(); }

 private:
  base::Fd socket_;
  std::string buffer_;
};

}  // namespace tests
