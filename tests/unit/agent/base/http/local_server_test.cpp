#include "agent/base/http/local_server.hpp"

#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/http/client.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace base::http;
using base::ErrorCode;
using namespace std::chrono_literals;

constexpr auto k_endless = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t k_patience = 1'000'000;  // Pieces of a body; then the test has failed.

class FunctionHandler final : public LocalHandler {
 public:
  std::function<LocalResponse(const LocalRequest&, RequestBody&)> function;
  LocalResponse handle(const LocalRequest& request, RequestBody& body) override {
    return function(request, body);
  }
};

struct Fixture {
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  FunctionHandler handler;
  LocalServerOptions options{.path = (folder.path() / "s").string()};
  std::unique_ptr<LocalServer> server;
  Client client;

  void start(std::function<LocalResponse(const LocalRequest&, RequestBody&)> function) {
    handler.function = std::move(function);
    server = std::make_unique<LocalServer>(options, handler);
    REQUIRE(server->start());
  }
  ClientRequest request(const std::string& method, const std::string& target) const {
    return {.method = method,
            .url = "http://local" + target,
            .unix_socket = options.path,
            .deadline = 10s};
  }
  base::Result<ClientResponse> get(const std::string& target) {
    return client.send(request("GET", target));
  }
};

LocalResponse text(std::string body) {
  return {.headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

TEST_SUITE_BEGIN("base.http.local_server");

TEST_CASE("a handler sees method, decoded path, query, fields and who asks") {
  Fixture fixture;
  LocalRequest seen;
  fixture.start([&](const LocalRequest& request, RequestBody&) {
    seen = request;
    return text("yes");
  });

  auto request = fixture.request("GET", "/a%20b/c?x=1&y=%26");
  request.headers.emplace_back("X-Mark", "here");
  const auto response = fixture.client.send(request);

  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body == "yes");
  CHECK(response->header("Content-Type") == "text/plain");
  CHECK(seen.url.path == "/a b/c");
  CHECK(seen.url.parameter("y") == "&");
  CHECK(seen.headers.get("X-Mark") == "here");
  CHECK_FALSE(seen.headers.has("REMOTE_ADDR"));
  CHECK(seen.peer.uid == ::geteuid());
  CHECK(seen.peer.pid == ::getpid());
}

TEST_CASE("one connection serves more than five requests") {
  Fixture fixture;
  std::atomic<int> served = 0;
  fixture.start([&](const LocalRequest&, RequestBody&) {
    ++served;
    return text("yes");
  });

  for (int times = 0; times < 20; ++times) {
    REQUIRE(fixture.get("/"));
  }

  CHECK(served == 20);
}

TEST_CASE("the socket has the mode asked for and is gone after stop") {
  Fixture fixture;
  fixture.options.mode = 0660;
  fixture.start([](const LocalRequest&, RequestBody&) { return text(""); });
  struct stat status {};

  REQUIRE(::stat(fixture.options.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0660);
  fixture.server->stop();

  CHECK_FALSE(std::filesystem::exists(fixture.options.path));
}

TEST_CASE("a second server on the same path is refused, and the first goes on") {
  Fixture fixture;
  fixture.start([](const LocalRequest&, RequestBody&) { return text("first"); });

  LocalServer second(fixture.options, fixture.handler);
  const auto status = second.start();

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::conflict);
  CHECK(fixture.get("/")->body == "first");
}

TEST_CASE("what a dead server has left at the path is replaced") {
  Fixture fixture;
  REQUIRE(::symlink("/nonexistent", fixture.options.path.c_str()) == 0);

  fixture.start([](const LocalRequest&, RequestBody&) { return text("alive"); });

  CHECK(fixture.get("/")->body == "alive");
}

TEST_CASE("a path that the kernel cannot take is invalid input") {
  Fixture fixture;
  fixture.options.path = (fixture.folder.path() / std::string(100, 'x')).string();

  LocalServer server(fixture.options, fixture.handler);
  const auto status = server.start();

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::invalid_input);
}

TEST_CASE("a body arrives whole, whatever its length and framing") {
  Fixture fixture;
  fixture.start([](const LocalRequest&, RequestBody& body) {
    const auto whole = read_whole(body, 10U << 20U);
    return text(whole ? std::to_string(whole->size()) : whole.error().message);
  });
  auto request = fixture.request("POST", "/");
  const char* expected = "3000000";
  SUBCASE("with a length") {
    request.body = std::string(3'000'000, 'x');
  }
  SUBCASE("in chunks") {
    request.body_source = body_of(std::string(3'000'000, 'x'));
  }
  SUBCASE("empty") {
    expected = "0";
  }
  SUBCASE("of a type that the library would take apart") {
    request.headers.emplace_back("Content-Type", "multipart/form-data; boundary=x");
    request.body = std::string(3'000'000, 'x');
  }

  const auto response = fixture.client.send(request);

  REQUIRE(response);
  CHECK(response->body == expected);
}

TEST_CASE("a body beyond the limit is too large, declared or not") {
  Fixture fixture;
  std::atomic<std::uint64_t> taken = 0;
  fixture.start([&](const LocalRequest&, RequestBody& body) {
    const auto status = body.read(1000, [&](std::string_view piece) {
      taken += piece.size();
      return base::ok();
    });
    return LocalResponse{.status =
                             status || status.error().code != ErrorCode::too_large ? 500 : 413};
  });
  auto request = fixture.request("POST", "/");
  SUBCASE("declared") {
    request.body = std::string(100'000, 'x');
  }
  SUBCASE("in chunks") {
    request.body_source = body_of(std::string(100'000, 'x'));
  }

  const auto response = fixture.client.send(request);

  REQUIRE(response);
  CHECK(response->status == 413);
  CHECK(taken <= 1000);
}

TEST_CASE("a body that the handler left alone is not taken for the next request") {
  Fixture fixture;
  std::atomic<int> served = 0;
  fixture.start([&](const LocalRequest& request, RequestBody&) {
    ++served;
    return text(request.url.path);
  });
  auto request = fixture.request("POST", "/first");
  request.body = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

  const auto first = fixture.client.send(request);
  const auto second = fixture.get("/second");

  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->body == "/first");
  CHECK(second->body == "/second");
  CHECK(served == 2);
}

TEST_CASE("a streamed answer arrives piece by piece, each when it was written") {
  Fixture fixture;
  std::mutex mutex;
  std::condition_variable changed;
  int received = 0;
  fixture.start([&](const LocalRequest&, RequestBody&) {
    return LocalResponse{.headers = {{"Content-Type", "application/x-ndjson"}},
                         .stream = [&](ResponseWriter& writer) {
                           for (int piece = 1; piece <= 3; ++piece) {
                             writer.write("x");
                             std::unique_lock lock(mutex);
                             changed.wait(lock, [&] { return received >= piece; });
                           }
                           return true;
                         }};
  });
  auto request = fixture.request("GET", "/");
  request.on_data = [&](std::string_view piece) {
    const std::lock_guard lock(mutex);
    received += static_cast<int>(piece.size());
    changed.notify_all();
    return true;
  };

  const auto response = fixture.client.send(request);

  REQUIRE(response);
  CHECK(response->header("Content-Type") == "application/x-ndjson");
  CHECK(received == 3);
}

TEST_CASE("an answer that breaks off is no whole answer") {
  Fixture fixture;
  fixture.start([](const LocalRequest&, RequestBody&) {
    return LocalResponse{.stream = [](ResponseWriter& writer) {
      writer.write("half");
      return false;
    }};
  });

  CHECK_FALSE(fixture.get("/"));
}

// Streams until asked to stop, and tells that it was.
struct Waiting {
  std::mutex mutex;
  std::condition_variable_any changed;
  int begun = 0;
  int stopped = 0;

  LocalResponse answer() {
    return LocalResponse{.stream = [this](ResponseWriter& writer) {
      writer.write("x");
      std::unique_lock lock(mutex);
      ++begun;
      changed.notify_all();
      changed.wait(lock, writer.stop(), [] { return false; });
      ++stopped;
      changed.notify_all();
      return true;
    }};
  }
  bool until(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 8s, holds);
  }
};

TEST_CASE("a stream that waits is asked to stop when its client leaves") {
  Fixture fixture;
  Waiting waiting;
  fixture.start([&](const LocalRequest&, RequestBody&) { return waiting.answer(); });
  auto request = fixture.request("GET", "/");
  request.on_data = [](std::string_view) { return false; };

  CHECK(fixture.client.send(request));

  CHECK(waiting.until([&] { return waiting.stopped == 1; }));
}

TEST_CASE("stopping the server ends streams that wait") {
  Fixture fixture;
  Waiting waiting;
  fixture.start([&](const LocalRequest&, RequestBody&) { return waiting.answer(); });
  std::jthread reader([&] { static_cast<void>(fixture.get("/")); });
  REQUIRE(waiting.until([&] { return waiting.begun == 1; }));

  fixture.server->stop();

  CHECK(waiting.stopped == 1);
}

TEST_CASE("streams beyond the limit are 503 with a time to come again, short requests go on") {
  Fixture fixture;
  Waiting waiting;
  fixture.options.max_streams = 2;
  fixture.start([&](const LocalRequest& request, RequestBody&) {
    return request.url.path == "/stream" ? waiting.answer() : text("short");
  });
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] { static_cast<void>(fixture.get("/stream")); });
  }
  REQUIRE(waiting.until([&] { return waiting.begun == 2; }));

  const auto third = fixture.get("/stream");
  const auto other = fixture.get("/short");

  REQUIRE(third);
  CHECK(third->status == 503);
  CHECK(third->header("Retry-After"));
  REQUIRE(other);
  CHECK(other->body == "short");
  fixture.server->stop();
}

TEST_CASE("connections beyond the limit are 503, and served again when there is room") {
  Fixture fixture;
  Waiting waiting;
  fixture.options.max_connections = 1;
  fixture.start([&](const LocalRequest&, RequestBody&) { return waiting.answer(); });
  std::jthread reader([&] { static_cast<void>(fixture.get("/")); });
  REQUIRE(waiting.until([&] { return waiting.begun == 1; }));

  const auto refused = fixture.get("/");

  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->body.find("too_many_connections") != std::string::npos);
  fixture.server->stop();
}

TEST_CASE("however many others stall, there is room for whom the server trusts") {
  Fixture fixture;
  Waiting waiting;
  fixture.options.max_connections = 3;
  fixture.options.reserved = 2;
  bool trusted = false;
  SUBCASE("the trusted one is served") {
    trusted = true;
  }
  SUBCASE("a stranger is not") {}
  fixture.options.trusted_uid = ::geteuid() + (trusted ? 0 : 1);
  fixture.start([&](const LocalRequest& request, RequestBody&) {
    return request.url.path == "/stream" ? waiting.answer() : text("short");
  });
  std::jthread reader([&] { static_cast<void>(fixture.get("/stream")); });
  REQUIRE(waiting.until([&] { return waiting.begun == 1; }));

  const auto second = fixture.get("/short");

  REQUIRE(second);
  CHECK(second->status == (trusted ? 200 : 503));
  fixture.server->stop();
}

TEST_CASE("a body without end is given up after the time for a whole request") {
  Fixture fixture;
  fixture.options.trusted_uid = ::geteuid() + 1;
  fixture.options.request_timeout = 500ms;
  std::optional<base::Status> read;
  fixture.start([&](const LocalRequest&, RequestBody& body) {
    read = body.read(k_endless, [](std::string_view) { return base::ok(); });
    return text("");
  });
  auto request = fixture.request("POST", "/");
  request.body_source = [](char* buffer, std::size_t) -> base::Result<std::size_t> {
    *buffer = 'x';
    return 1;
  };

  static_cast<void>(fixture.client.send(request));
  fixture.server->stop();

  REQUIRE(read);
  CHECK_FALSE(read->has_value());
}

TEST_CASE("a streamed answer may begin before the body has ended, and reads the rest of it") {
  Fixture fixture;
  fixture.start([](const LocalRequest&, RequestBody& body) {
    return LocalResponse{.stream = [&body](ResponseWriter& writer) {
      std::size_t received = 0;
      const auto read = body.read(k_endless, [&](std::string_view bytes) {
        const bool first = received == 0;
        received += bytes.size();
        return !first || writer.write("begun ") ? base::ok()
                                                : base::Status(base::Error{ErrorCode::io, "gone"});
      });
      return read && writer.write(std::to_string(received));
    }};
  });
  std::string answer;
  std::size_t sent = 0;
  auto request = fixture.request("POST", "/");
  request.on_data = [&](std::string_view bytes) {
    answer += bytes;
    return true;
  };
  request.body_source = [&](char* buffer, std::size_t) -> base::Result<std::size_t> {
    if (!answer.empty() || sent == k_patience) {
      return 0;
    }
    ++sent;
    *buffer = 'x';
    return 1;
  };

  REQUIRE(fixture.client.send(request));

  CHECK(sent < k_patience);
  CHECK(answer == "begun " + std::to_string(sent));
}

TEST_CASE("streams may come and go at once") {
  Fixture fixture;
  fixture.start([](const LocalRequest&, RequestBody&) {
    return LocalResponse{.stream = [](ResponseWriter& writer) { return writer.write("one"); }};
  });
  std::atomic<int> whole = 0;
  {
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 8; ++reader) {
      readers.emplace_back([&] {
        for (int times = 0; times < 20; ++times) {
          const auto answer = fixture.get("/");
          whole += answer && answer->body == "one" ? 1 : 0;
        }
      });
    }
  }

  CHECK(whole == 160);
}

TEST_CASE("an exception in a handler is a 500 without its text") {
  Fixture fixture;
  fixture.start([](const LocalRequest&, RequestBody&) -> LocalResponse {
    throw std::runtime_error("secret");  // As the standard library might.
  });

  const auto response = fixture.get("/");

  REQUIRE(response);
  CHECK(response->status == 500);
  CHECK(response->body.find("secret") == std::string::npos);
}

TEST_SUITE_END();

}  // namespace
