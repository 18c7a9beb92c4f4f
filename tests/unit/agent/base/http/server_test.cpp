#include "agent/base/http/server.hpp"

#include "agent/base/http/worker_pool.hpp"
#include "tests/support/agent/base/http/raw_client.hpp"
#include "tests/support/agent/base/http/test_server.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <future>
#include <stdexcept>
#include <string>

using namespace base::http;
using tests::RawClient;
using tests::says;
using tests::TestServer;

TEST_CASE("a connection serves one request after the other") {
  TestServer server(says("hello"));
  RawClient client(server.port());

  const auto first = client.get("/a");
  const auto second = client.get("/b");

  CHECK(first.head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(first.head.find("\r\nDate: ") != std::string::npos);
  CHECK(first.body == "hello");
  CHECK(second.body == "hello");
}

TEST_CASE("requests sent at once are answered in order") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.body = exchange->request().url.path});
  });
  RawClient client(server.port());

  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }
  client.send(requests);

  for (int i = 0; i < 200; ++i) {
    REQUIRE(client.answer().body == "/" + std::to_string(i));
  }
}

TEST_CASE("pipelined requests keep their order when a worker answers them") {
  WorkerPool pool(2, 100);
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    CHECK(pool.submit([exchange] { exchange->respond({.body = exchange->request().url.path}); }));
  });
  RawClient client(server.port());

  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }
  client.send(requests);

  for (int i = 0; i < 50; ++i) {
    REQUIRE(client.answer().body == "/" + std::to_string(i));
  }
  pool.stop();
}

TEST_CASE("a head cut into single bytes is understood") {
  TestServer server(says("whole"));
  RawClient client(server.port());

  for (const char c : std::string_view("GET /x HTTP/1.1\r\nHost: test\r\n\r\n")) {
    client.send({&c, 1});
  }

  CHECK(client.answer().body == "whole");
}

TEST_CASE("HEAD is answered with the length and without the body") {
  TestServer server(says("hello"));
  RawClient client(server.port());

  client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n");

  const auto head = client.receive_until("\r\n\r\n");
  CHECK(head.find("Content-Length: 5\r\n") != std::string::npos);
  CHECK(client.answer().head.starts_with("HTTP/1.1 200"));
}

TEST_CASE("304 and 204 have neither body nor length") {
  int status = 0;
  SUBCASE("304") {
    status = 304;
  }
  SUBCASE("204") {
    status = 204;
  }
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.status = status, .headers = {{"ETag", "\"x\""}}, .body = "never"});
  });
  RawClient client(server.port());

  const auto first = client.get("/");
  const auto second = client.get("/");

  CHECK(first.head.starts_with("HTTP/1.1 " + std::to_string(status)));
  CHECK(first.head.find("ETag: \"x\"\r\n") != std::string::npos);
  CHECK(first.head.find("Content-Length") == std::string::npos);
  CHECK(second.head.starts_with("HTTP/1.1 " + std::to_string(status)));
}

TEST_CASE("a prepared head with shared bytes is one answer, with further fields after it") {
  const auto bytes = std::make_shared<const std::string>("document");
  const auto head = prepare_head(200, {{"Content-Type", "application/json"}}, bytes->size());
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.headers = {{"npm-notice", "hi"}}, .body = bytes, .head = head});
  });
  RawClient client(server.port());

  const auto answer = client.get("/");

  CHECK(
      answer.head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                              "Content-Length: 8\r\nnpm-notice: hi\r\n"));
  CHECK(answer.body == "document");
}

TEST_CASE("a value that would end its line is left out") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.headers = {{"Location", "/a\r\nSet-Cookie: x"}}, .body = "safe"});
  });
  RawClient client(server.port());

  const auto answer = client.get("/");

  CHECK(answer.head.find("Set-Cookie") == std::string::npos);
  CHECK(answer.body == "safe");
}

TEST_CASE("an exchange that is dropped or thrown out of is answered with 500") {
  TestServer::Function function;
  SUBCASE("dropped") {
    function = [](const std::shared_ptr<Exchange>&) {};
  }
  SUBCASE("thrown out of") {
    function = [](const std::shared_ptr<Exchange>&) { throw std::runtime_error("bug"); };
  }
  TestServer server(std::move(function));
  RawClient client(server.port());

  CHECK(client.get("/").head.starts_with("HTTP/1.1 500"));
  CHECK(client.get("/").head.starts_with("HTTP/1.1 500"));
}

TEST_CASE("a hundred idle connections do not keep others from being served") {
  TestServer server(says("served"));
  std::deque<RawClient> idle;
  for (int i = 0; i < 100; ++i) {
    idle.emplace_back(server.port());
    REQUIRE(idle.back().get("/").body == "served");
  }

  RawClient active(server.port());

  for (int i = 0; i < 100; ++i) {
    REQUIRE(active.get("/").body == "served");
  }
  CHECK(server.server().connections() == 101);
  CHECK(idle.front().get("/").body == "served");
}

TEST_CASE("an address has no more connections than it may") {
  TestServer server(says("ok"), {.limits = {.connections_per_address = 2}});
  RawClient first(server.port());
  RawClient second(server.port());
  REQUIRE(first.get("/").body == "ok");
  REQUIRE(second.get("/").body == "ok");

  RawClient third(server.port());

  CHECK(third.receive().empty());
}

TEST_CASE("an HTTP/1.0 connection closes unless it asks to stay") {
  TestServer server(says("old"));
  RawClient closing(server.port());
  RawClient staying(server.port());

  closing.send("GET / HTTP/1.0\r\n\r\n");
  staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

  CHECK(closing.receive_all().ends_with("Connection: close\r\n\r\nold"));
  CHECK(staying.answer().head.find("Connection: keep-alive\r\n") != std::string::npos);
  CHECK(staying.get("/").body == "old");
}

TEST_CASE("a client that ends its side still gets the answer") {
  TestServer server(says("late"));
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
  client.end_output();

  CHECK(client.receive_all().ends_with("late"));
}

TEST_CASE("the handler learns that the client left before its answer") {
  std::promise<void> left;
  std::shared_ptr<Exchange> kept;
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    kept = exchange;
    exchange->on_disconnect([&] { left.set_value(); });
  });
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
  client.close();

  CHECK(left.get_future().wait_for(std::chrono::seconds(8)) == std::future_status::ready);
}

TEST_CASE("stopping lets a request under way finish and closes idle connections") {
  std::promise<std::shared_ptr<Exchange>> arrived;
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    if (exchange->request().url.path == "/slow") {
      arrived.set_value(exchange);
    } else {
      exchange->respond({.body = "quick"});
    }
  });
  RawClient idle(server.port());
  REQUIRE(idle.get("/").body == "quick");
  RawClient busy(server.port());
  busy.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto exchange = arrived.get_future().get();

  auto stopped =
      std::async(std::launch::async, [&] { server.server().stop(std::chrono::seconds(8)); });
  CHECK(idle.receive().empty());
  exchange->respond({.body = "done"});
  const auto answer = busy.receive_all();

  stopped.get();
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with("done"));
}

TEST_CASE("an exchange may outlive its server") {
  std::promise<std::shared_ptr<Exchange>> arrived;
  auto server = std::make_unique<TestServer>(
      [&](const std::shared_ptr<Exchange>& exchange) { arrived.set_value(exchange); });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto exchange = arrived.get_future().get();
  const auto stream = BodyStream::create();

  server.reset();
  exchange->respond({.body = stream});

  CHECK(stream->closed());
  CHECK(exchange->request().url.path == "/");
}

TEST_CASE("several threads share one port") {
  TestServer server(says("shared"), {.threads = 3});
  std::deque<RawClient> clients;

  for (int i = 0; i < 30; ++i) {
    clients.emplace_back(server.port());
    REQUIRE(clients.back().get("/").body == "shared");
  }

  CHECK(server.server().connections() == 30);
}

TEST_CASE("an address that cannot be listened on is an error") {
  TestServer first(says(""));
  Server taken({.listen = {"127.0.0.1:" + std::to_string(first.port())}}, first);
  Server nonsense({.listen = {"here"}}, first);

  const auto conflict = taken.start();
  const auto invalid = nonsense.start();

  REQUIRE_FALSE(conflict);
  CHECK(conflict.error().code == base::ErrorCode::conflict);
  REQUIRE_FALSE(invalid);
  CHECK(invalid.error().code == base::ErrorCode::invalid_input);
}
