#include "agent/docker/engine.hpp"
#include "agent/docker/frames.hpp"
#include "agent/docker/json_splitter.hpp"
#include "agent/docker/log_lines.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::Conversation;
using tests::FakeEngineServer;
using tests::frame;
using tests::SeenRequest;

namespace {

constexpr const char* k_stamp = "2026-11-24T07:00:00.123456789Z ";

std::string stamped(int stream, const std::string& text) {
  return frame(stream, k_stamp + text);
}

// Everything that was given, by stream: "out:...|err:...|".
std::string read_frames(const std::string& bytes, std::size_t step) {
  FrameReader reader;
  std::string seen;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    const auto more = reader.feed(std::string_view(bytes).substr(i, step),
                                  [&](OutputStream stream, std::string_view data, FramePart part) {
                                    if (part == FramePart::first) {
                                      seen += stream == OutputStream::out ? "|out:" : "|err:";
                                    }
                                    seen += data;
                                    return true;
                                  });
    REQUIRE(more);
  }
  REQUIRE(reader.finish());
  return seen;
}

void serve_container(FakeEngineServer& server, const std::string& tty) {
  server.answer("GET /containers/c/json", 200, R"({"Id":"cafe","Config":{"Tty":)" + tty + "}}");
}

void serve_logs(FakeEngineServer& server, const std::string& bytes) {
  server.on("GET /containers/cafe/logs", [bytes](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk(bytes);
    conversation.close_chunks();
  });
}

struct ReadLogs {
  base::Status status = base::ok();
  std::vector<LogLine> lines;
};

ReadLogs read_logs(FakeEngineServer& server, const LogQuery& query = {}) {
  const auto engine = make_engine({.socket = server.socket()});
  ReadLogs read;
  read.status = engine->read_logs("c",
                                  query,
                                  [&](const LogLine& line) {
                                    read.lines.push_back(line);
                                    return true;
                                  },
                                  {});
  return read;
}

}  // namespace

TEST_CASE("frames are told apart wherever the stream is cut") {
  const auto bytes = frame(1, "hello") + frame(2, "") + frame(2, "oops") + frame(1, "bye");

  for (const std::size_t step : {1, 2, 3, 7, 8, 9, 100}) {
    CAPTURE(step);
    CHECK(read_frames(bytes, step) == "|out:hello|err:oops|out:bye");
  }
}

TEST_CASE("a stream that ends within a frame is an error") {
  const auto bytes = frame(1, "hello");
  for (const std::size_t length : {1U, 7U, 8U, 12U}) {
    CAPTURE(length);
    FrameReader reader;
    REQUIRE(reader.feed(std::string_view(bytes).substr(0, length),
                        [](OutputStream, std::string_view, FramePart) { return true; }));

    const auto finished = reader.finish();

    REQUIRE_FALSE(finished);
    CHECK(finished.error().code == ErrorCode::io);
  }
}

TEST_CASE("bytes that are no frames and the engine's own failure are errors") {
  FrameReader plain;
  FrameReader failing;
  const auto ignore = [](OutputStream, std::string_view, FramePart) { return true; };

  const auto no_frames = plain.feed("plain text without frames", ignore);
  const auto failed = failing.feed(frame(3, "the log is gone"), ignore);

  CHECK_FALSE(no_frames);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "the log is gone");
}

TEST_CASE("JSON objects are told apart wherever the stream is cut") {
  const std::string bytes = R"({"a":"}{\"\\"} {"b":{"c":1}}
{"d":2})";
  for (const std::size_t step : {1, 2, 5, 100}) {
    CAPTURE(step);
    JsonSplitter splitter;
    std::vector<std::string> objects;
    for (std::size_t i = 0; i < bytes.size(); i += step) {
      REQUIRE(splitter.feed(std::string_view(bytes).substr(i, step), [&](std::string_view object) {
        objects.emplace_back(object);
        return true;
      }));
    }
    CHECK(objects ==
          std::vector<std::string>{R"({"a":"}{\"\\"})", R"({"b":{"c":1}})", R"({"d":2})"});
    CHECK_FALSE(splitter.within_object());
  }
}

TEST_CASE("an object without an end is not collected forever") {
  JsonSplitter splitter;
  const std::string piece = "{\"a\":\"" + std::string(400'000, 'x');
  const auto ignore = [](std::string_view) { return true; };

  REQUIRE(splitter.feed(piece, ignore));
  REQUIRE(splitter.feed(piece, ignore));
  const auto fed = splitter.feed(piece, ignore);

  REQUIRE_FALSE(fed);
  CHECK(fed.error().code == ErrorCode::too_large);
}

TEST_CASE("the log of engine 26 is lines with their streams and times") {
  FakeEngineServer server;
  serve_container(server, "false");
  serve_logs(server, tests::recorded_answer("engine-26/logs.frames"));

  const auto read = read_logs(server);

  REQUIRE(read.status);
  REQUIRE(read.lines.size() == 2);
  for (const auto& line : read.lines) {  // The two streams are written at once, in either order.
    CHECK(line.text == (line.stream == OutputStream::out ? "out" : "err"));
    CHECK(line.timestamp.starts_with("2026-"));
  }
  CHECK(read.lines[0].stream != read.lines[1].stream);
}

TEST_CASE("a line that the engine split is one line again, without the times between") {
  FakeEngineServer server;
  serve_container(server, "false");
  serve_logs(server,
             stamped(1, "first half, ") + stamped(2, "in between\n") + stamped(1, "second half\n") +
                 stamped(1, "\n") + stamped(1, "unfinished"));

  const auto read = read_logs(server);

  REQUIRE(read.status);
  REQUIRE(read.lines.size() == 4);
  CHECK(read.lines[0].text == "in between");
  CHECK(read.lines[1].text == "first half, second half");
  CHECK(read.lines[1].timestamp == "2026-11-24T07:00:00.123456789Z");
  CHECK(read.lines[2].text.empty());
  CHECK(read.lines[3].text == "unfinished");
}

TEST_CASE("the log of a TTY has no frames") {
  FakeEngineServer server;
  serve_container(server, "true");
  serve_logs(server, std::string(k_stamp) + "one\r\n" + k_stamp + "two words\r\n");

  const auto read = read_logs(server);

  REQUIRE(read.status);
  REQUIRE(read.lines.size() == 2);
  CHECK(read.lines[0].text == "one");
  CHECK(read.lines[1].text == "two words");
  CHECK(read.lines[1].timestamp == "2026-11-24T07:00:00.123456789Z");
}

TEST_CASE("a line beyond the cap is cut and says so") {
  FakeEngineServer server;
  serve_container(server, "false");
  serve_logs(server, stamped(1, std::string(500, 'x') + "\n") + stamped(1, "next\n"));

  const auto read = read_logs(server, {.max_line = 100});

  REQUIRE(read.lines.size() == 2);
  CHECK(read.lines[0].text == std::string(100, 'x'));
  CHECK(read.lines[0].truncated);
  CHECK(read.lines[1].text == "next");
  CHECK_FALSE(read.lines[1].truncated);
}

TEST_CASE("a log that breaks off within a frame is an error after its lines") {
  FakeEngineServer server;
  serve_container(server, "false");
  serve_logs(server, stamped(1, "whole\n") + stamped(1, "half of this\n").substr(0, 20));

  const auto read = read_logs(server);

  REQUIRE_FALSE(read.status);
  CHECK(read.status.error().code == ErrorCode::io);
  REQUIRE(!read.lines.empty());
  CHECK(read.lines[0].text == "whole");
}

TEST_CASE("what is asked of a log is in the query") {
  FakeEngineServer server;
  serve_container(server, "false");
  serve_logs(server, "");

  REQUIRE(
      read_logs(server, {.tail = 10, .since = base::WallTime(std::chrono::milliseconds(1'500'250))})
          .status);

  CHECK(server.last().target ==
        "/v1.41/containers/cafe/logs?stdout=1&stderr=1&timestamps=1&tail=10&since=1500.250000000");
}

TEST_CASE("a follow that waits is cancelled from another thread") {
  FakeEngineServer server;
  serve_container(server, "false");
  server.on("GET /containers/cafe/logs", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk(stamped(1, "line\n"));
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket()});
  std::stop_source stop;
  std::promise<std::string> line;
  auto following = std::async(std::launch::async, [&] {
    return engine->read_logs("c",
                             {.follow = true},
                             [&](const LogLine& read) {
                               line.set_value(read.text);
                               return true;
                             },
                             {.stop = stop.get_token()});
  });
  CHECK(line.get_future().get() == "line");

  stop.request_stop();

  const auto status = following.get();
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::cancelled);
}

TEST_CASE("a follow ends with success when its reader has enough") {
  FakeEngineServer server;
  serve_container(server, "false");
  server.on("GET /containers/cafe/logs", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk(stamped(1, "one\n") + stamped(1, "two\n"));
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket()});
  int lines = 0;

  const auto status =
      engine->read_logs("c", {.follow = true}, [&](const LogLine&) { return ++lines < 1; }, {});

  CHECK(status);
  CHECK(lines == 1);
}

TEST_CASE("an archive goes in as it is and comes out as it is") {
  FakeEngineServer server;
  server.answer("PUT /containers/c/archive", 200, "");
  server.on("GET /containers/c/archive", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk("the ");
    conversation.chunk("tar");
    conversation.close_chunks();
  });
  const auto engine = make_engine({.socket = server.socket()});
  std::string read;

  REQUIRE(engine->put_archive("c", "/etc/app", base::http::body_of("a tar"), {}));
  CHECK(server.last().target == "/v1.41/containers/c/archive?path=%2Fetc%2Fapp");
  CHECK(server.last().body == "a tar");
  REQUIRE(engine->get_archive("c",
                              "/etc/app",
                              [&](std::string_view bytes) {
                                read += bytes;
                                return true;
                              },
                              {}));

  CHECK(read == "the tar");
}
