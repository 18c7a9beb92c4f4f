#pragma once
// Servers of other protocols than HTTP, on a free port of loopback, as far as a test needs them.

#include "agent/base/crypto/encoding.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace tests {

// One connection after the other.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::function<void(int)> serve)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);  // NOLINT
    REQUIRE(::bind(listener_, where, size) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    REQUIRE(::getsockname(listener_, where, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, serve = std::move(serve)] {
      for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
          return;
        }
        serve(socket);
        ::close(socket);
      }
    });
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  LoopbackServer(LoopbackServer&&) = delete;
  LoopbackServer& operator=(LoopbackServer&&) = delete;
  ~LoopbackServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string port() const { return std::to_string(port_); }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + port(); }

 private:
  int listener_;
  int port_ = 0;
  std::thread thread_;
};

inline void send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

inline std::string receive(int socket) {
  std::array<char, 4096> buffer{};
  const auto count = ::recv(socket, buffer.data(), buffer.size(), 0);
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

// A mail server that lets `ann` in with the password `right`, by PLAIN and LOGIN.
inline void serve_mail(int socket) {
  const auto text_of = [](const std::string& line) {
    const auto decoded = base::crypto::base64_decode(line.substr(0, line.find_first_of("\r\n")));
    return decoded ? *decoded : std::string();
  };
  const auto ask = [&](const char* prompt) {
    send_all(socket, prompt);
    return text_of(receive(socket));
  };
  send_all(socket, "220 mail.example ESMTP\r\n");
  for (auto line = receive(socket); !line.empty(); line = receive(socket)) {
    bool good = true;
    if (line.starts_with("EHLO")) {
      send_all(socket, "250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n");
      continue;
    }
    if (line.starts_with("AUTH PLAIN")) {
      good = ask("334 \r\n") == std::string("\0ann\0right", 10);
      send_all(socket, good ? "235 Welcome\r\n" : "535 No\r\n");
    } else if (line.starts_with("AUTH LOGIN")) {
      good = ask("334 VXNlcm5hbWU6\r\n") == "ann";
      good = ask("334 UGFzc3dvcmQ6\r\n") == "right" && good;
      send_all(socket, good ? "235 Welcome\r\n" : "535 No\r\n");
    } else {
      send_all(socket, line.starts_with("QUIT") ? "221 Bye\r\n" : "250 OK\r\n");
    }
  }
}

// A directory with the one user `uid=ann,dc=ex`, whose password, like everybody's, is `right`.
inline void serve_directory(int socket) {
  for (auto message = receive(socket); message.size() > 5; message = receive(socket)) {
    // Long messages say first how many bytes their length has.
    const auto length = static_cast<unsigned char>(message[1]);
    const std::size_t header = 2U + (length > 0x7FU ? length & 0x7FU : 0U);
    const std::string id = message.substr(header, 3);  // Its number, as it is to be repeated.
    const auto operation = static_cast<unsigned char>(message.at(header + 3));
    const auto answer = [&](char tag, char code) {
      const std::string body{tag, 7, 0x0A, 1, code, 4, 0, 4, 0};
      send_all(socket, std::string{0x30, static_cast<char>(body.size() + 3)} + id + body);
    };
    if (operation == 0x60) {
      answer(0x61, message.find("right") != std::string::npos ? 0 : 49);
    } else if (operation == 0x63) {
      const bool there = message.find("dc=none") == std::string::npos;
      if (there && message.find("ann") != std::string::npos) {
        const std::string name = "uid=ann,dc=ex";
        const auto size = static_cast<char>(name.size());
        const std::string body =
            std::string{0x64, static_cast<char>(size + 4), 4, size} + name + std::string{0x30, 0};
        send_all(socket, std::string{0x30, static_cast<char>(body.size() + 3)} + id + body);
      }
      answer(0x65, there ? 0 : 32);
    } else {
      return;
    }
  }
}

}  // namespace tests
