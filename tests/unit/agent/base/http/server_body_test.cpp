#include "agent/base/http/server.hpp"
#include "tests/support/agent/base/http/raw_client.hpp"
#include "tests/support/agent/base/http/test_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <string>
#include <thread>

using namespace base::http;
using tests::RawClient;
using tests::TestServer;

namespace {

void echo(const std::shared_ptr<Exchange>& exchange) {
  exchange->read_body(1000, [exchange](base::Result<std::string> body) {
    exchange->respond(body ? Response{.body = *std::move(body)} : error_response(body.error()));
  });
}

// Counts, and answers with the count. Every so many bytes it pauses and lets a thread go on.
class CountingSink final : public BodySink {
 public:
  CountingSink(std::shared_ptr<Exchange> exchange, std::uint64_t pause_every)
      : exchange_(std::move(exchange)), pause_every_(pause_every) {}

  BodyFlow write(std::string_view chunk) override {
    CHECK_FALSE(paused_);
    CHECK(chunk.size() <= 64U * 1024U);
    count_ += chunk.size();
    if (pause_every_ == 0 || count_ / pause_every_ == pauses_) {
      return BodyFlow::more;
    }
    pauses_ = count_ / pause_every_;
    paused_ = true;
    std::thread([this, exchange = exchange_] {
      paused_ = false;
      exchange->resume_body();
    }).detach();
    return BodyFlow::pause;
  }

  void finish() override {
    CHECK_FALSE(paused_);
    exchange_->respond({.body = std::to_string(count_)});
  }
  void abort(const base::Error& error) override { exchange_->respond(error_response(error)); }

 private:
  std::shared_ptr<Exchange> exchange_;
  std::uint64_t pause_every_;
  std::uint64_t count_ = 0;
  std::uint64_t pauses_ = 0;
  std::atomic<bool> paused_{false};
};

std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      return std::stoul(line.substr(6));
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("a body arrives whole, and the next request after it") {
  TestServer server(echo);
  RawClient client(server.port());

  client.send(
      "PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello"
      "PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nyou");

  CHECK(client.answer().body == "hello");
  CHECK(client.answer().body == "you");
}

TEST_CASE("a chunked body arrives without its framing, however it is cut") {
  TestServer server(echo);
  RawClient client(server.port());
  const std::string_view request =
      "PUT / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n";

  SUBCASE("at once") {
    client.send(request);
  }
  SUBCASE("byte by byte") {
    for (const char c : request) {
      client.send({&c, 1});
    }
  }

  CHECK(client.answer().body == "hello world");
  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nok");
  CHECK(client.answer().body == "ok");
}

TEST_CASE("a request without body reads as an empty one") {
  TestServer server(echo);
  RawClient client(server.port());

  const auto answer = client.get("/");

  CHECK(answer.head.starts_with("HTTP/1.1 200"));
  CHECK(answer.body.empty());
}

TEST_CASE("a body over the limit is refused by its declared length or as it arrives") {
  TestServer server(echo);
  RawClient client(server.port());

  SUBCASE("declared") {
    client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n\r\n");
  }
  SUBCASE("arriving") {
    client.send("PUT / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                std::string(1001, 'x') + "\r\n0\r\n\r\n");
  }

  const auto answer = client.answer();
  CHECK(answer.head.starts_with("HTTP/1.1 413"));
  CHECK(answer.head.find("Connection: close") != std::string::npos);
  CHECK(client.receive().empty());
}

TEST_CASE("a client that waits for 100 Continue gets it when its body is wanted") {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  const auto interim = client.receive_until("\r\n\r\n");
  client.send("body");

  CHECK(interim == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(client.answer().body == "body");
}

TEST_CASE("a client that waits for 100 Continue gets a refusal alone") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.status = 401, .body = "no"});
  });
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");

  const auto all = client.receive_all();
  CHECK(all.starts_with("HTTP/1.1 401"));
  CHECK(all.find("100 Continue") == std::string::npos);
  CHECK(all.ends_with("no"));
}

TEST_CASE("a small unwanted body is dropped and the connection stays") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.status = 403, .body = "no"});
  });
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbo");
  CHECK(client.answer().body == "no");
  client.send("dyGET / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK(client.answer().head.starts_with("HTTP/1.1 403"));
}

TEST_CASE("a client that uploads much before it listens still reads the refusal") {
  TestServer server([](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.status = 413, .body = "too much"});
  });
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 8000000\r\n\r\n");
  client.send(std::string(8'000'000, 'x'));

  CHECK(client.receive_all().ends_with("too much"));
}

TEST_CASE("an upload of 64 MiB is streamed in constant memory") {
  std::uint64_t pause_every = 0;
  SUBCASE("as fast as it comes") {
    pause_every = 0;
  }
  SUBCASE("with a sink that pauses for a thread") {
    pause_every = 1U << 20U;
  }
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->stream_body(1ULL << 30U, std::make_unique<CountingSink>(exchange, pause_every));
  });
  RawClient client(server.port());
  const std::string block(1U << 20U, 'x');
  const auto before = resident_kib();

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 67108864\r\n\r\n");
  for (int i = 0; i < 64; ++i) {
    REQUIRE(client.send(block));
  }

  CHECK(client.answer().body == "67108864");
  CHECK(resident_kib() < before + 8U * 1024U);
}

TEST_CASE("a sink learns that the client left in the middle of its body") {
  std::promise<base::ErrorCode> aborted;
  struct Sink final : BodySink {
    Sink(std::shared_ptr<Exchange> owner, std::promise<base::ErrorCode>& promise)
        : exchange(std::move(owner)), aborted(promise) {}
    BodyFlow write(std::string_view /*chunk*/) override { return BodyFlow::more; }
    void finish() override { FAIL_CHECK("a cut body is not finished"); }
    void abort(const base::Error& error) override { aborted.set_value(error.code); }
    std::shared_ptr<Exchange> exchange;
    std::promise<base::ErrorCode>& aborted;
  };
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->stream_body(100, std::make_unique<Sink>(exchange, aborted));
  });
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf");
  client.close();

  auto code = aborted.get_future();
  REQUIRE(code.wait_for(std::chrono::seconds(8)) == std::future_status::ready);
  CHECK(code.get() == base::ErrorCode::cancelled);
}

TEST_CASE("a sink may answer in the middle of the body") {
  struct Sink final : BodySink {
    explicit Sink(std::shared_ptr<Exchange> owner) : exchange(std::move(owner)) {}
    BodyFlow write(std::string_view /*chunk*/) override {
      exchange->respond({.status = 400, .body = "enough"});
      return BodyFlow::more;
    }
    void finish() override {}
    void abort(const base::Error& /*error*/) override {}
    std::shared_ptr<Exchange> exchange;
  };
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->stream_body(1U << 30U, std::make_unique<Sink>(exchange));
  });
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\npart");
  CHECK(client.answer().body == "enough");
  client.send(std::string(996, 'x') + "PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx");

  CHECK(client.answer().body == "enough");
}

TEST_CASE("a body that makes no progress is given up after the timeout") {
  TestServer server(echo, {.limits = {.body_timeout = std::chrono::milliseconds(60)}});
  RawClient client(server.port());

  client.send("PUT / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nslow");

  CHECK(client.receive_all().starts_with("HTTP/1.1 504"));
}
