#include "agent/base/http/relay.hpp"

#include "agent/base/fs/temporary_directory.hpp"
#include "tests/support/agent/base/http/raw_client.hpp"
#include "tests/support/agent/base/http/test_server.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <future>
#include <string>
#include <thread>

using namespace base::http;
using tests::RawClient;
using tests::TestServer;

namespace {

// A server on a unix socket that the test plays itself, one connection at a time.
class UnixPeer {
 public:
  UnixPeer() {
    auto directory = base::fs::TemporaryDirectory::create("/tmp");
    REQUIRE(directory);
    directory_ = std::make_unique<base::fs::TemporaryDirectory>(*std::move(directory));
    path_ = (directory_->path() / "server.sock").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    listener_ = base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener_.get(),
                   reinterpret_cast<const sockaddr*>(&address),  // NOLINT
                   sizeof(address)) == 0);
    REQUIRE(::listen(listener_.get(), 8) == 0);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  void accept() { socket_ = base::Fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  std::string receive_until(std::string_view mark) {
    std::string text;
    while (text.find(mark) == std::string::npos) {
      std::array<char, 4096> block{};
      const auto count = ::recv(socket_.get(), block.data(), block.size(), 0);
      if (count <= 0) {
        break;
      }
      text.append(block.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  std::size_t receive_count(std::size_t wanted) {
    std::string block(64U * 1024U, '\0');
    std::size_t total = 0;
    while (total < wanted) {
      const auto count = ::recv(socket_.get(), block.data(), block.size(), 0);
      if (count <= 0) {
        break;
      }
      total += static_cast<std::size_t>(count);
    }
    return total;
  }
  bool ended() {
    char byte = 0;
    return ::recv(socket_.get(), &byte, 1, 0) <= 0;
  }
  void close() { socket_.reset(); }

 private:
  std::unique_ptr<base::fs::TemporaryDirectory> directory_;
  std::string path_;
  base::Fd listener_;
  base::Fd socket_;
};

TestServer::Function relay_to(const std::string& path, const Headers& additions = {}) {
  return [=](const std::shared_ptr<Exchange>& exchange) {
    relay({.socket_path = path}, exchange, additions);
  };
}

}  // namespace

TEST_CASE("request and answer pass with their fields, but for those of one hop") {
  UnixPeer peer;
  TestServer server(relay_to(peer.path(), {{"X-Peer", "127.0.0.1"}}));
  RawClient client(server.port());

  client.send(
      "GET /api/v1/status?x=%20 HTTP/1.1\r\nHost: box:8800\r\nCookie: a=b\r\nX-Peer: forged\r\n"
      "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n\r\n");
  peer.accept();
  const auto request = peer.receive_until("\r\n\r\n");
  peer.send(
      "HTTP/1.1 201 Created\r\nContent-Length: 2\r\nSet-Cookie: c=d\r\nSet-Cookie: e=f\r\n"
      "Connection: close\r\nKeep-Alive: 5\r\n\r\nok");
  const auto answer = client.answer();

  CHECK(request.starts_with("GET /api/v1/status?x=%20 HTTP/1.1\r\n"));
  CHECK(request.find("Cookie: a=b\r\n") != std::string::npos);
  CHECK(request.find("Host: box:8800\r\n") != std::string::npos);
  CHECK(request.find("X-Peer: 127.0.0.1\r\n") != std::string::npos);
  CHECK(request.find("forged") == std::string::npos);
  CHECK(request.find("X-Hop") == std::string::npos);
  CHECK(request.find("TE:") == std::string::npos);
  CHECK(answer.head.starts_with("HTTP/1.1 201 Created\r\n"));
  CHECK(answer.head.find("Set-Cookie: c=d\r\n") != std::string::npos);
  CHECK(answer.head.find("Set-Cookie: e=f\r\n") != std::string::npos);
  CHECK(answer.head.find("Keep-Alive") == std::string::npos);
  CHECK(answer.body == "ok");
}

TEST_CASE("events reach the client one by one while the answer goes on") {
  UnixPeer peer;
  TestServer server(relay_to(peer.path()));
  RawClient client(server.port());

  client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
  peer.accept();
  peer.receive_until("\r\n\r\n");
  peer.send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  peer.send("9\r\ndata: 1\n\n\r\n");
  const auto first = client.receive_until("data: 1\n\n");
  peer.send("9\r\ndata: 2\n\n\r\n");
  const auto second = client.receive_until("data: 2\n\n");
  peer.send("0\r\n\r\n");

  CHECK(first.find("text/event-stream") != std::string::npos);
  CHECK(second.find("data: 2") != std::string::npos);
  CHECK(client.receive_until("0\r\n\r\n").ends_with("0\r\n\r\n"));
}

TEST_CASE("the server hears nothing of a short body before the client has sent it whole") {
  UnixPeer peer;
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    relay({.socket_path = peer.path(), .gathered_bytes = 4}, exchange);
  });
  RawClient stalling(server.port());
  RawClient client(server.port());

  stalling.send("POST /slow HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab");
  client.send("POST /quick HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nabcd");
  peer.accept();
  const auto first = peer.receive_until("abcd");
  peer.send("HTTP/1.1 204 No Content\r\n\r\n");
  const auto answer = client.answer();
  stalling.send("cd");
  peer.accept();
  const auto second = peer.receive_until("abcd");

  CHECK(first.starts_with("POST /quick "));
  CHECK(answer.head.starts_with("HTTP/1.1 204 "));
  CHECK(second.starts_with("POST /slow "));
}

TEST_CASE("an upload arrives whole, with its length or in chunks") {
  UnixPeer peer;
  TestServer server(relay_to(peer.path()));
  RawClient client(server.port());
  std::string request;
  std::string end;
  SUBCASE("with its length") {
    request = "PUT /x HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello";
    end = "\r\n\r\nhello";
  }
  SUBCASE("in chunks") {
    request =
        "PUT /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    end = "5\r\nhello\r\n0\r\n\r\n";
  }

  client.send(request);
  peer.accept();
  const auto received = peer.receive_until(end);
  peer.send("HTTP/1.1 204 No Content\r\n\r\n");

  CHECK(received.ends_with(end));
  CHECK(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 204"));
}

TEST_CASE("a big upload and a big answer pass although each side is slow in turn") {
  constexpr std::size_t k_size = 16U << 20U;
  UnixPeer peer;
  TestServer server(relay_to(peer.path()));
  RawClient client(server.port());
  const std::string block(1U << 20U, 'x');

  auto serving = std::async(std::launch::async, [&] {
    peer.accept();
    const auto head = peer.receive_until("\r\n\r\n");
    const auto early = head.size() - head.find("\r\n\r\n") - 4;
    const auto received = early + peer.receive_count(k_size - early);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(k_size) + "\r\n\r\n");
    for (int i = 0; i < 16; ++i) {
      peer.send(block);
    }
    return received;
  });
  client.send("PUT /x HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(k_size) +
              "\r\n\r\n");
  for (int i = 0; i < 16; ++i) {
    REQUIRE(client.send(block));
  }
  const auto answer = client.answer();

  CHECK(serving.get() == k_size);
  CHECK(answer.body.size() == k_size);
}

TEST_CASE("the server's connection ends when the client leaves") {
  UnixPeer peer;
  TestServer server(relay_to(peer.path()));
  RawClient client(server.port());
  client.send("GET /x HTTP/1.1\r\nHost: t\r\n\r\n");
  peer.accept();
  peer.receive_until("\r\n\r\n");

  SUBCASE("before the answer") {
    client.close();
  }
  SUBCASE("within it") {
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
    client.receive_until("x\r\n");
    client.close();
  }

  CHECK(peer.ended());
}

TEST_CASE("nobody listening, or nonsense for an answer, is 503") {
  UnixPeer peer;
  std::string path = peer.path();
  std::string reply;
  SUBCASE("nobody") {
    path += ".gone";
  }
  SUBCASE("nothing") {
    reply = "";
  }
  SUBCASE("nonsense") {
    reply = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
  }
  SUBCASE("half a head") {
    reply = "HTTP/1.1 200 OK\r\nContent-Le";
  }
  TestServer server(relay_to(path));
  RawClient client(server.port());

  client.send("GET /x HTTP/1.1\r\nHost: t\r\n\r\n");
  if (path == peer.path()) {
    peer.accept();
    peer.receive_until("\r\n\r\n");
    peer.send(reply);
    peer.close();
  }

  const auto answer = client.answer();
  CHECK(answer.head.starts_with("HTTP/1.1 503"));
  CHECK(answer.body.find(R"("code":"unavailable")") != std::string::npos);
}

TEST_CASE("an answer that breaks off breaks off for the client") {
  UnixPeer peer;
  TestServer server(relay_to(peer.path()));
  RawClient client(server.port());

  client.send("GET /x HTTP/1.1\r\nHost: t\r\n\r\n");
  peer.accept();
  peer.receive_until("\r\n\r\n");
  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
  peer.close();

  const auto all = client.receive_all();
  CHECK(all.find("half") != std::string::npos);
  CHECK_FALSE(all.ends_with("0\r\n\r\n"));
}

TEST_CASE("no answer in time is 504") {
  UnixPeer peer;
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    relay({.socket_path = peer.path(), .response_timeout = std::chrono::milliseconds(30)},
          exchange);
  });
  RawClient client(server.port());

  CHECK(client.get("/x").head.starts_with("HTTP/1.1 504"));
}
