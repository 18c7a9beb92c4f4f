#include "agent/base/http/server.hpp"
#include "tests/support/agent/base/http/raw_client.hpp"
#include "tests/support/agent/base/http/test_server.hpp"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <condition_variable>
#include <future>
#include <string>
#include <thread>

using namespace base::http;
using tests::RawClient;
using tests::TestServer;

namespace {

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

std::shared_ptr<const base::Fd> file_with(const std::string& bytes) {
  auto file = std::make_shared<base::Fd>(::memfd_create("test", MFD_CLOEXEC));
  REQUIRE(::write(file->get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  return file;
}

}  // namespace

TEST_CASE("a file arrives byte by byte as it is") {
  std::size_t size = 0;
  SUBCASE("5 MiB, sent by the kernel") {
    size = 5U << 20U;
  }
  SUBCASE("8 KiB, read") {
    size = 8U << 10U;
  }
  SUBCASE("empty") {
    size = 0;
  }
  const auto bytes = pattern(size);
  const auto file = file_with(bytes);
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.body = FileBody{.file = file, .offset = 0, .length = size}});
  });
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK((client.answer().body == bytes));
  CHECK((client.answer().body == bytes));
}

TEST_CASE("a part of a file is sent") {
  const auto bytes = pattern(300'000);
  const auto file = file_with(bytes);
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.body = FileBody{.file = file, .offset = 1000, .length = 200'000}});
  });
  RawClient client(server.port());

  CHECK((client.get("/").body == bytes.substr(1000, 200'000)));
}

TEST_CASE("a file that is shorter than promised breaks the connection off") {
  const auto file = file_with("short");
  std::uint64_t promised = 0;
  SUBCASE("small") {
    promised = 100;
  }
  SUBCASE("big") {
    promised = 1'000'000;
  }
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    exchange->respond({.body = FileBody{.file = file, .offset = 0, .length = promised}});
  });
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK(client.receive_all().ends_with("\r\n\r\nshort"));
}

TEST_CASE("a stream of unknown length is sent in chunks as they come") {
  const auto stream = BodyStream::create();
  TestServer server(
      [&](const std::shared_ptr<Exchange>& exchange) { exchange->respond({.body = stream}); });
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = client.receive_until("\r\n\r\n");
  stream->push("first");
  const auto first = client.receive_until("first\r\n");
  stream->push("second");
  stream->finish();

  CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(first == "5\r\nfirst\r\n");
  CHECK(client.receive_until("0\r\n\r\n") == "6\r\nsecond\r\n0\r\n\r\n");
}

TEST_CASE("a stream of known length is sent without chunks, and a wrong length breaks off") {
  std::string sent;
  std::string expected;
  SUBCASE("right") {
    sent = expected = "12345";
  }
  SUBCASE("too short") {
    sent = expected = "123";
  }
  SUBCASE("too long") {
    sent = "1234567";
  }
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    const auto stream = BodyStream::create(5);
    exchange->respond({.body = stream, .close = true});
    stream->push(sent);
    stream->finish();
  });
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");

  const auto all = client.receive_all();
  CHECK(all.find("Content-Length: 5\r\n") != std::string::npos);
  CHECK(all.substr(all.find("\r\n\r\n") + 4) == expected);
}

TEST_CASE("an aborted stream ends without the last chunk") {
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    const auto stream = BodyStream::create();
    exchange->respond({.body = stream});
    stream->push("part");
    std::thread([stream] { stream->abort(); }).detach();
  });
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK_FALSE(client.receive_all().ends_with("0\r\n\r\n"));
}

TEST_CASE("a producer on a thread is held back by a slow reader and loses nothing") {
  std::thread producer;
  std::atomic<std::size_t> produced{0};
  const std::string chunk = pattern(64U << 10U);
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    const auto stream = BodyStream::create();
    exchange->respond({.body = stream, .close = true});
    producer = std::thread([&, stream] {
      for (int i = 0; i < 256 && stream->push_and_wait(chunk); ++i) {
        produced += chunk.size();
      }
      stream->finish();
    });
  });
  RawClient client(server.port(), 16 * 1024);

  client.send("GET / HTTP/1.0\r\n\r\n");
  const auto head = client.receive_until("\r\n\r\n");
  const auto produced_early = produced.load();
  const auto body = client.receive_all();

  producer.join();
  CHECK(head.starts_with("HTTP/1.1 200"));
  CHECK(produced_early < 256 * chunk.size());
  CHECK(body.size() == 256 * chunk.size());
  CHECK((body.substr(0, chunk.size()) == chunk));
}

TEST_CASE("a stream is closed when its client leaves") {
  std::promise<void> closed;
  std::shared_ptr<BodyStream> stream = BodyStream::create();
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    stream->on_closed([&] { closed.set_value(); });
    exchange->respond({.headers = {{"Content-Type", "text/event-stream"}}, .body = stream});
    stream->push("data: 1\n\n");
  });
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  client.receive_until("data: 1\n\n");

  client.close();

  REQUIRE(closed.get_future().wait_for(std::chrono::seconds(8)) == std::future_status::ready);
  CHECK(stream->push("more") == BodyStream::Push::closed);
  CHECK_FALSE(stream->push_and_wait("more"));
}

TEST_CASE("HEAD on a stream closes it and keeps the connection") {
  const auto stream = BodyStream::create();
  TestServer server([&](const std::shared_ptr<Exchange>& exchange) {
    if (exchange->request().method == "HEAD") {
      exchange->respond({.body = stream});
    } else {
      exchange->respond({.body = "next"});
    }
  });
  RawClient client(server.port());

  client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
  client.receive_until("\r\n\r\n");

  CHECK(client.get("/").body == "next");
  CHECK(stream->closed());
}

TEST_CASE("a client that reads nothing is cut off after the write timeout") {
  std::promise<void> closed;
  const auto stream = BodyStream::create();
  TestServer server(
      [&](const std::shared_ptr<Exchange>& exchange) {
        stream->on_closed([&] { closed.set_value(); });
        exchange->respond({.body = stream});
        stream->push(std::string(16U << 20U, 'x'));
      },
      {.limits = {.write_timeout = std::chrono::milliseconds(60)}});
  RawClient client(server.port(), 16 * 1024);

  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");

  CHECK(closed.get_future().wait_for(std::chrono::seconds(8)) == std::future_status::ready);
}
