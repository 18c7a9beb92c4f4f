#include "agent/docker/engine.hpp"
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

constexpr const char* k_upgraded =
    "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n"
    "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
constexpr const char* k_plain =
    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";

// An exec "e" whose connection, once upgraded, is the script's.
void serve_exec(FakeEngineServer& server,
                const std::string& head,
                const std::function<void(Conversation&)>& script) {
  server.answer("POST /containers/c/exec", 201, R"({"Id":"e"})");
  server.answer("GET /exec/e/json", 200, R"({"Running":false,"ExitCode":3,"Pid":7})");
  server.on("POST /exec/e/start", [head, script](const SeenRequest&, Conversation& conversation) {
    conversation.raw(head);
    script(conversation);
    conversation.hang_up();
  });
}

void hold(Conversation& conversation) {
  conversation.hold();
}

}  // namespace

TEST_CASE("a program's output and exit code are collected") {
  FakeEngineServer server;
  const char* head = k_upgraded;
  SUBCASE("engines answer 101") {}
  SUBCASE("or 200") {
    head = k_plain;
  }
  serve_exec(server, head, [](Conversation& conversation) {
    conversation.raw(frame(1, "out ") + frame(2, "err "));
    conversation.raw(frame(1, "more"));
  });
  const auto engine = make_engine({.socket = server.socket()});

  const auto outcome = run_in(*engine, "c", {.argv = {"app", "--check"}, .user = "0"}, {});

  REQUIRE(outcome);
  CHECK(outcome->exit_code == 3);
  CHECK(outcome->output == "out err more");
  CHECK_FALSE(outcome->truncated);
  const auto requests = server.server().requests();
  CHECK(requests[1].body ==
        R"({"AttachStderr":true,"AttachStdout":true,"Cmd":["app","--check"],"User":"0"})");
  CHECK(requests[2].headers.at("upgrade") == "tcp");
}

TEST_CASE("output is kept up to a limit and read to its end") {
  FakeEngineServer server;
  serve_exec(server, k_upgraded, [](Conversation& conversation) {
    for (int i = 0; i < 100; ++i) {
      conversation.raw(frame(1, std::string(10'000, 'x')));
    }
  });
  const auto engine = make_engine({.socket = server.socket()});

  const auto outcome = run_in(*engine, "c", {.argv = {"yes"}}, {}, 5'000);

  REQUIRE(outcome);
  CHECK(outcome->output.size() == 5'000);
  CHECK(outcome->truncated);
}

TEST_CASE("input reaches the program, and its end too") {
  FakeEngineServer server;
  serve_exec(server, k_upgraded, [](Conversation& conversation) {
    std::string input;
    for (auto bytes = conversation.read(); !bytes.empty(); bytes = conversation.read()) {
      input += bytes;
    }
    conversation.raw(frame(1, "got " + input));  // After the input has ended.
  });
  const auto engine = make_engine({.socket = server.socket()});
  const auto session = engine->open_exec("c", {.argv = {"cat"}, .with_stdin = true}, {});
  REQUIRE(session);

  REQUIRE((*session)->write("some ", {}));
  REQUIRE((*session)->write("input", {}));
  REQUIRE((*session)->close_stdin());

  const auto chunk = (*session)->read({});
  REQUIRE(chunk);
  REQUIRE(chunk->has_value());
  CHECK((*chunk)->data == "got some input");
  const auto end = (*session)->read({});
  REQUIRE(end);
  CHECK_FALSE(end->has_value());
}

TEST_CASE("a terminal's output is raw") {
  FakeEngineServer server;
  serve_exec(server, k_upgraded, [](Conversation& conversation) { conversation.raw("$ "); });
  server.answer("POST /exec/e/resize", 200, "");
  const auto engine = make_engine({.socket = server.socket()});
  const auto session =
      engine->open_exec("c", {.argv = {"sh"}, .tty = true, .with_stdin = true}, {});
  REQUIRE(session);

  const auto chunk = (*session)->read({});
  REQUIRE(chunk);
  REQUIRE(chunk->has_value());
  CHECK((*chunk)->data == "$ ");
  REQUIRE((*session)->resize(24, 80, {}));
  CHECK(server.last().target == "/v1.41/exec/e/resize?h=24&w=80");
}

TEST_CASE("a refused start is the engine's error") {
  FakeEngineServer server;
  serve_exec(server, "", &hold);
  server.answer(
      "POST /exec/e/start", 409, tests::recorded_answer("engine-26/error-not-running.json"));
  const auto engine = make_engine({.socket = server.socket()});

  const auto session = engine->open_exec("c", {.argv = {"sh"}}, {});

  REQUIRE_FALSE(session);
  CHECK(session.error().code == ErrorCode::conflict);
  CHECK(session.error().reason == "not_running");
}

TEST_CASE("output that ends within a frame is an error") {
  FakeEngineServer server;
  serve_exec(server, k_upgraded, [](Conversation& conversation) {
    conversation.raw(frame(1, "broken off").substr(0, 12));
  });
  const auto engine = make_engine({.socket = server.socket()});

  const auto outcome = run_in(*engine, "c", {.argv = {"app"}}, {});

  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::io);
}

TEST_CASE("a program that says nothing ends at the deadline") {
  FakeEngineServer server;
  serve_exec(server, k_upgraded, &hold);
  const auto engine = make_engine({.socket = server.socket()});

  const auto outcome =
      run_in(*engine, "c", {.argv = {"app"}}, {.deadline = std::chrono::milliseconds(200)});

  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::timed_out);
}

TEST_CASE("a read that waits is cancelled from another thread") {
  FakeEngineServer server;
  serve_exec(server, k_upgraded, &hold);
  const auto engine = make_engine({.socket = server.socket()});
  const auto session = engine->open_exec("c", {.argv = {"app"}}, {});
  REQUIRE(session);
  std::stop_source stop;
  auto reading = std::async(std::launch::async, [&] {
    return (*session)->read({.deadline = std::chrono::hours(1), .stop = stop.get_token()});
  });

  stop.request_stop();

  const auto chunk = reading.get();
  REQUIRE_FALSE(chunk);
  CHECK(chunk.error().code == ErrorCode::cancelled);
}

TEST_CASE("an engine that is silent after the request is left at the deadline") {
  FakeEngineServer server;
  serve_exec(server, "HTTP/1.1 101 UPGR", &hold);
  const auto engine = make_engine({.socket = server.socket()});

  const auto session =
      engine->open_exec("c", {.argv = {"app"}}, {.deadline = std::chrono::milliseconds(100)});

  REQUIRE_FALSE(session);
  CHECK(session.error().code == ErrorCode::timed_out);
}
