#include "agent/base/http/client.hpp"

#include "tests/support/agent/base/http/scripted_http_server.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

namespace {

using base::ErrorCode;
using base::http::Client;
using base::http::ClientRequest;
using tests::Conversation;
using tests::ScriptedHttpServer;
using tests::SeenRequest;

constexpr auto k_unix = ScriptedHttpServer::Transport::unix_socket;

ClientRequest request_to(const ScriptedHttpServer& server) {
  ClientRequest request;
  request.url = "http://server/path";
  request.unix_socket = server.socket_path();
  return request;
}

// Never answers.
void hang(const SeenRequest& /*request*/, Conversation& conversation) {
  conversation.hold();
}

}  // namespace

TEST_CASE("an answer is its status, headers and body") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.answer(418, "short and stout", "X-Kind: teapot\r\n");
  });
  Client client;

  const auto response = client.send(request_to(server));

  REQUIRE(response);
  CHECK(response->status == 418);
  CHECK(response->header("x-kind") == "teapot");
  CHECK_FALSE(response->header("x-other").has_value());
  CHECK(response->body == "short and stout");
}

TEST_CASE("a request over TCP carries method, headers and body") {
  ScriptedHttpServer server(
      ScriptedHttpServer::Transport::loopback,
      [](const SeenRequest&, Conversation& conversation) { conversation.answer(200, "{}"); });
  Client client;
  ClientRequest request;
  request.method = "PATCH";
  request.url = fmt::format("http://127.0.0.1:{}/a?b=c", server.port());
  request.headers = {{"X-Token", "t"}, {"Content-Type", "application/json"}};
  request.body = R"({"a":1})";

  const auto response = client.send(request);

  REQUIRE(response);
  const auto seen = server.requests().front();
  CHECK(seen.line() == "PATCH /a?b=c");
  CHECK(seen.headers.at("x-token") == "t");
  CHECK(seen.headers.at("content-type") == "application/json");
  CHECK(seen.body == R"({"a":1})");
}

TEST_CASE("calls one after another share a connection") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.answer(200, "ok");
  });
  Client client;

  for (int i = 0; i < 5; ++i) {
    REQUIRE(client.send(request_to(server)));
  }

  CHECK(server.connections() == 1);
}

TEST_CASE("a connection that the server closed between calls is made anew") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.answer(200, "ok");
    conversation.hang_up();
  });
  Client client;

  REQUIRE(client.send(request_to(server)));
  REQUIRE(client.send(request_to(server)));

  CHECK(server.connections() == 2);
}

TEST_CASE("many threads use one client") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest& request, Conversation& conversation) {
    conversation.answer(200, request.body);
  });
  Client client;
  std::atomic<int> right = 0;

  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        auto request = request_to(server);
        request.method = "POST";
        request.body = fmt::format("{} {}", i, j);
        const auto response = client.send(request);
        right += response && response->body == request.body ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }

  CHECK(right == 160);
}

TEST_CASE("a body from a source arrives whole, with and without a known size") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.answer(200, "ok");
  });
  Client client;
  const std::string body(3'000'000, 'x');
  auto request = request_to(server);
  request.method = "PUT";
  request.body_source = base::http::body_of(body);
  bool chunked = true;
  SUBCASE("size unknown") {}
  SUBCASE("size known") {
    request.body_size = body.size();
    chunked = false;
  }

  const auto response = client.send(request);

  REQUIRE(response);
  const auto seen = server.requests().front();
  CHECK(seen.body == body);
  CHECK(seen.headers.contains("transfer-encoding") == chunked);
}

TEST_CASE("the error of a body source is the error of the call") {
  ScriptedHttpServer server(k_unix, &hang);
  Client client;
  auto request = request_to(server);
  request.method = "POST";
  request.body_source = [](char*, std::size_t) -> base::Result<std::size_t> {
    return base::Error{ErrorCode::not_found, "the file is gone"};
  };

  const auto response = client.send(request);

  REQUIRE_FALSE(response);
  CHECK(response.error().code == ErrorCode::not_found);
}

TEST_CASE("nobody listening is unavailable") {
  Client client;
  ClientRequest request;
  request.url = "http://server/";
  request.unix_socket = (std::filesystem::temp_directory_path() / "no-such.sock").string();

  const auto response = client.send(request);

  REQUIRE_FALSE(response);
  CHECK(response.error().code == ErrorCode::unavailable);
  CHECK(response.error().message.find("no-such.sock") != std::string::npos);
}

TEST_CASE("a connection closed before an answer is unavailable, within one it is io") {
  std::string_view bytes;
  ErrorCode expected = ErrorCode::unavailable;
  SUBCASE("before the head") {}
  SUBCASE("within the body") {
    bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive.";
    expected = ErrorCode::io;
  }
  SUBCASE("within a chunk") {
    bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort";
    expected = ErrorCode::io;
  }
  ScriptedHttpServer server(k_unix, [bytes](const SeenRequest&, Conversation& conversation) {
    conversation.raw(bytes);
    conversation.hang_up();
  });
  Client client;

  const auto response = client.send(request_to(server));

  REQUIRE_FALSE(response);
  CHECK(response.error().code == expected);
}

TEST_CASE("a call ends at its deadline") {
  ScriptedHttpServer server(k_unix, &hang);
  Client client;
  auto request = request_to(server);
  SUBCASE("of the whole") {
    request.deadline = std::chrono::milliseconds(50);
  }
  SUBCASE("of silence") {
    request.deadline = std::chrono::milliseconds(0);
    request.idle_deadline = std::chrono::milliseconds(50);
  }

  const auto response = client.send(request);

  REQUIRE_FALSE(response);
  CHECK(response.error().code == ErrorCode::timed_out);
}

TEST_CASE("a stop token ends a call that waits without a deadline") {
  ScriptedHttpServer server(k_unix, &hang);
  Client client;
  std::stop_source stop;
  auto request = request_to(server);
  request.deadline = std::chrono::milliseconds(0);
  request.stop = stop.get_token();
  auto response = std::async(std::launch::async, [&] { return client.send(request); });
  REQUIRE(server.wait_for_requests(1));

  stop.request_stop();

  const auto result = response.get();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::cancelled);
}

TEST_CASE("an answer beyond the limit is refused while it arrives") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    for (int i = 0; i < 100; ++i) {
      conversation.chunk(std::string(1000, 'x'));
    }
    conversation.hold();  // An answer without an end.
  });
  Client client;
  auto request = request_to(server);
  request.max_body = 50'000;

  const auto response = client.send(request);

  REQUIRE_FALSE(response);
  CHECK(response.error().code == ErrorCode::too_large);
}

TEST_CASE("a streamed body is not limited and ends when its reader has enough") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk("one");
    conversation.chunk(std::string(1000, 'x'));
    conversation.hold();
  });
  Client client;
  auto request = request_to(server);
  request.max_body = 10;
  std::size_t read = 0;
  request.on_data = [&](std::string_view bytes) {
    read += bytes.size();
    return read < 1003;
  };

  const auto response = client.send(request);

  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(read == 1003);
}

TEST_CASE("the body of a refusal is collected even when the answer was to be streamed") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.answer(404, "no such thing");
  });
  Client client;
  auto request = request_to(server);
  bool streamed = false;
  request.on_data = [&](std::string_view) { return streamed = true; };

  const auto response = client.send(request);

  REQUIRE(response);
  CHECK(response->body == "no such thing");
  CHECK_FALSE(streamed);
}

TEST_CASE("a redirect is an answer, not a journey") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.answer(302, "", "Location: http://elsewhere/\r\n");
  });
  Client client;

  const auto response = client.send(request_to(server));

  REQUIRE(response);
  CHECK(response->status == 302);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("what would smuggle a second header or another protocol is not sent") {
  ScriptedHttpServer server(k_unix, &hang);
  Client client;
  auto request = request_to(server);
  SUBCASE("a line break in a value") {
    request.headers = {{"X-Name", "a\r\nX-Evil: b"}};
  }
  SUBCASE("a line break in a name") {
    request.headers = {{"X-Name\r\nX", "a"}};
  }
  SUBCASE("a line break in the method") {
    request.method = "GET / HTTP/1.1\r\n";
  }
  SUBCASE("a file") {
    request.url = "file:///etc/passwd";
    request.unix_socket.clear();
  }

  const auto response = client.send(request);

  REQUIRE_FALSE(response);
  CHECK(response.error().code == ErrorCode::invalid_input);
  CHECK(server.requests().empty());
}

TEST_CASE("an interim answer is passed over") {
  ScriptedHttpServer server(k_unix, [](const SeenRequest&, Conversation& conversation) {
    conversation.raw("HTTP/1.1 103 Early Hints\r\nX-Hint: a\r\n\r\n");
    conversation.answer(200, "final");
  });
  Client client;
  auto request = request_to(server);
  std::vector<int> heads;
  request.on_head = [&](const base::http::ClientHead& head) {
    heads.push_back(head.status);
    return true;
  };

  const auto response = client.send(request);

  REQUIRE(response);
  CHECK(heads == std::vector<int>{200});
  CHECK(response->body == "final");
  CHECK_FALSE(response->header("x-hint").has_value());
}

TEST_CASE("percent encoding leaves only what is safe everywhere") {
  CHECK(base::http::percent_encoded("aZ09-._~") == "aZ09-._~");
  CHECK(base::http::percent_encoded("a/b c?&=\"%\xff") == "a%2Fb%20c%3F%26%3D%22%25%FF");
}
