#include "agent/base/http/server.hpp"
#include "tests/support/agent/base/http/raw_client.hpp"
#include "tests/support/agent/base/http/test_server.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace base::http;
using namespace std::string_literals;
using tests::RawClient;
using tests::says;
using tests::TestServer;

TEST_CASE(
    "a request that two servers could read differently is refused and its connection closed") {
  const std::vector<std::string> requests{
      // Two lengths.
      // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): a few lines are long.
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: "
      "4\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1, 1\r\n\r\na",
      // Lengths that are none.
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: +1\r\n\r\na",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x1\r\n\r\na",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\na",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length:\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n",
      // Codings that are not exactly "chunked".
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
      "chunked\r\n\r\n",
      "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      // Lines that end, begin or are named oddly.
      "GET / HTTP/1.1\nHost: t\n\n",
      "GET / HTTP/1.1\r\nHost: t\nX: y\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n\tb\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: t\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length : 1\r\n\r\na",
      "POST / HTTP/1.1\r\nHost: t\r\nContent Length: 1\r\n\r\na",
      "GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\n: empty\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n"s,
      // Request lines.
      "GET  / HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: t\r\n\r\n",
      "GET /\r\nHost: t\r\n\r\n",
      "G\x01T / HTTP/1.1\r\nHost: t\r\n\r\n",
      // Hosts.
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
      // Targets.
      "GET example HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET ftp://t/ HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET http://user@t/ HTTP/1.1\r\nHost: t\r\n\r\n",
      "CONNECT t:80 HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /%00 HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /?a=%1 HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: t\r\n\r\n",
  };
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->read_body(100, [exchange](const base::Result<std::string>&) {
      exchange->respond({.body = "SERVED"});
    });
  });

  for (const auto& request : requests) {
    CAPTURE(request);
    RawClient client(server.port());
    client.send(request + "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n");

    const auto all = client.receive_all();

    CHECK(all.starts_with("HTTP/1.1 400"));
    CHECK(all.find("SERVED") == std::string::npos);
  }
}

TEST_CASE("broken chunks are refused") {
  const std::vector<std::string> bodies{"5\r\nhelloX\r\n0\r\n\r\n",
                                        "xyz\r\n",
                                        "5\nhello\r\n0\r\n\r\n",
                                        "-1\r\n",
                                        "\r\n0\r\n\r\n",
                                        "ffffffffffffffffff\r\n",
                                        "5\r\nhello5\r\nhello\r\n0\r\n\r\n"};
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->read_body(100, [exchange](const base::Result<std::string>& body) {
      if (body) {
        exchange->respond({.body = "SERVED"});
      }
    });
  });

  for (const auto& body : bodies) {
    CAPTURE(body);
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    client.end_output();

    CHECK(client.receive_all().find("SERVED") == std::string::npos);
  }
}

TEST_CASE("a chunk head without end is refused") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->read_body(100, [exchange](const base::Result<std::string>&) {});
  });
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5;");
  client.send(std::string(100'000, 'x'));

  CHECK(client.receive_all().starts_with("HTTP/1.1 400"));
}

TEST_CASE("a head that is too large is answered with 431") {
  TestServer server(says("SERVED"));
  RawClient client(server.port());

  SUBCASE("in one field") {
    client.send("GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  }
  SUBCASE("without end") {
    client.send("GET /" + std::string(20'000, 'x'));
  }
  SUBCASE("in many fields") {
    std::string head = "GET / HTTP/1.1\r\nHost: t\r\n";
    for (int i = 0; i < 101; ++i) {
      head += "X: y\r\n";
    }
    client.send(head + "\r\n");
  }

  CHECK(client.receive_all().starts_with("HTTP/1.1 431"));
}

TEST_CASE("a head just within the limit is served") {
  TestServer server(says("SERVED"));
  RawClient client(server.port());

  const std::string start = "GET / HTTP/1.1\r\nHost: t\r\nX: ";
  client.send(start + std::string(16U * 1024U - start.size() - 4, 'x') + "\r\n\r\n");

  CHECK(client.answer().body == "SERVED");
}

TEST_CASE("a version that is neither 1.0 nor 1.1 is answered with 505") {
  TestServer server(says("SERVED"));
  RawClient client(server.port());

  client.send("GET / HTTP/2.0\r\nHost: t\r\n\r\n");

  CHECK(client.receive_all().starts_with("HTTP/1.1 505"));
}

TEST_CASE("a head that does not arrive in time is answered with 408") {
  TestServer server(says("SERVED"), {.limits = {.header_timeout = std::chrono::milliseconds(60)}});
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHo");

  CHECK(client.receive_all().starts_with("HTTP/1.1 408"));
}

TEST_CASE("a connection that says nothing is closed without a word") {
  TestServer server(says("SERVED"),
                    {.limits = {.idle_timeout = std::chrono::milliseconds(60),
                                .header_timeout = std::chrono::milliseconds(60)}});
  RawClient fresh(server.port());
  RawClient used(server.port());

  CHECK(used.get("/").body == "SERVED");

  CHECK(fresh.receive().empty());
  CHECK(used.receive().empty());
}

TEST_CASE("an absolute target is read as its path, and its host outranks the field") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    const auto& request = exchange->request();
    exchange->respond({.body = request.host + " " + request.target});
  });
  RawClient client(server.port());

  client.send(
      "GET http://other:81/a?b=c HTTP/1.1\r\nHost: t\r\n\r\n"
      "GET http://other HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK(client.answer().body == "other:81 /a?b=c");
  CHECK(client.answer().body == "other /");
}

TEST_CASE("a method that is not listed is answered with 405 and the list") {
  TestServer server(says("SERVED"), {.methods = {"GET", "HEAD"}});
  RawClient client(server.port());

  client.send("TRACE / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK(client.answer().head.find("Allow: GET, HEAD\r\n") != std::string::npos);
  CHECK(client.get("/").body == "SERVED");
}

TEST_CASE("noise is survived") {
  TestServer server(says("SERVED"));

  for (unsigned seed = 1; seed <= 200; ++seed) {
    RawClient noisy(server.port());
    std::string bytes;
    unsigned state = seed;
    for (int i = 0; i < 300; ++i) {
      state = state * 1664525U + 1013904223U;
      bytes.push_back("GET / HTP1.\r\n:\0 chunked5;x"[(state >> 16U) % 27]);
    }
    noisy.send(bytes);
  }

  RawClient client(server.port());
  CHECK(client.get("/").body == "SERVED");
}
