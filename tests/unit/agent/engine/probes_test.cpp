#include "agent/engine/probes.hpp"

#include "agent/base/fs/fd.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <string>
#include <thread>

namespace {

using agent::engine::make_socket_probes;
using agent::engine::ProbeKind;
using agent::engine::ProbeOutcome;
using agent::engine::ProbeRequest;
using agent::engine::Probes;

// A listener on a free port of the loopback that answers one connection with `answer`.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) {
    socket_ = base::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    auto* generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the sockets interface.
    REQUIRE(::bind(socket_.get(), generic, sizeof address) == 0);
    REQUIRE(::listen(socket_.get(), 8) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(socket_.get(), generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    if (!answer.empty()) {
      thread_ = std::jthread([this, answer = std::move(answer)] {
        const base::Fd peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        char buffer[1024];
        const auto count = ::recv(peer.get(), buffer, sizeof buffer, 0);
        request_.assign(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        [[maybe_unused]] const auto sent =
            ::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      });
    }
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  std::string request() {
    thread_.join();
    return request_;
  }

 private:
  base::Fd socket_;
  std::uint16_t port_ = 0;
  std::string request_;
  std::jthread thread_;
};

ProbeOutcome ask(Probes& probes, ProbeRequest request) {
  request.address = "127.0.0.1";
  std::promise<ProbeOutcome> promise;
  auto outcome = promise.get_future();
  probes.start(std::move(request), [&](const ProbeOutcome& value) { promise.set_value(value); });
  return outcome.get();
}

TEST_SUITE_BEGIN("agent.engine.probes");

TEST_CASE("an open port is healthy, a closed one says why not") {
  const auto probes = make_socket_probes();
  std::uint16_t port = 0;
  {
    const OneAnswer server("");
    port = server.port();
    CHECK(ask(*probes, {.kind = ProbeKind::tcp, .port = port}).healthy);
  }

  const auto outcome = ask(*probes, {.kind = ProbeKind::tcp, .port = port});

  CHECK_FALSE(outcome.healthy);
  CHECK(outcome.detail == "Connection refused");
}

TEST_CASE("an HTTP status of 200 to 399 is healthy, or exactly the one asked for") {
  const auto probes = make_socket_probes();
  struct Row {
    int answered = 0;
    std::optional<int> wanted;
    bool healthy = false;
  };
  for (const auto& row : {Row{200, {}, true},
                          Row{302, {}, true},
                          Row{404, {}, false},
                          Row{503, {}, false},
                          Row{204, 204, true},
                          Row{200, 204, false}}) {
    CAPTURE(row.answered);
    OneAnswer server("HTTP/1.1 " + std::to_string(row.answered) + " Word\r\n\r\n");

    const auto outcome = ask(
        *probes,
        {.kind = ProbeKind::http, .port = server.port(), .path = "/-/ping", .status = row.wanted});

    CHECK(outcome.healthy == row.healthy);
    CHECK(server.request().starts_with("GET /-/ping HTTP/1.1\r\n"));
  }
}

TEST_CASE("what is not HTTP is not healthy") {
  const auto probes = make_socket_probes();
  OneAnswer server("SSH-2.0-OpenSSH_9.2\r\n");

  const auto outcome = ask(*probes, {.kind = ProbeKind::http, .port = server.port()});

  CHECK_FALSE(outcome.healthy);
  CHECK(outcome.detail == "the answer is not HTTP");
}

TEST_CASE("a peer that says nothing is given up") {
  const auto probes = make_socket_probes();
  const OneAnswer silent("");

  const auto outcome = ask(
      *probes,
      {.kind = ProbeKind::http, .port = silent.port(), .timeout = std::chrono::milliseconds(20)});

  CHECK_FALSE(outcome.healthy);
  CHECK(outcome.detail == "no answer in time");
}

TEST_CASE("the kernel's tables say who listens") {
  const auto probes = make_socket_probes();
  std::uint16_t port = 0;
  {
    const OneAnswer server("");
    port = server.port();
    CHECK(probes->listens(::getpid(), port) == true);
  }
  CHECK(probes->listens(::getpid(), port) == false);
  CHECK_FALSE(probes->listens(0, port).has_value());
}

TEST_CASE("probes under way are dropped when their owner goes") {
  const OneAnswer silent("");
  auto probes = make_socket_probes();
  bool called = false;

  probes->start({.kind = ProbeKind::http, .address = "127.0.0.1", .port = silent.port()},
                [&](const ProbeOutcome&) { called = true; });
  probes.reset();

  CHECK_FALSE(called);
}

TEST_SUITE_END();

}  // namespace
