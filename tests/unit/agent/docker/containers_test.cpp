#include "agent/docker/engine.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::Conversation;
using tests::FakeEngineServer;
using tests::SeenRequest;
using Lines = std::vector<std::string>;

TEST_CASE("starting what runs and stopping what does not are success") {
  FakeEngineServer server;
  server.answer("POST /containers/c/start", 304, "");
  server.answer("POST /containers/c/stop", 304, "");
  const auto engine = make_engine({.socket = server.socket()});

  CHECK(engine->start_container("c", {}));
  CHECK(engine->stop_container("c", std::chrono::seconds(5), {}));

  CHECK(server.lines() ==
        Lines{"POST /v1.41/containers/c/start", "POST /v1.41/containers/c/stop?t=5"});
}

TEST_CASE("an engine that takes one network at creation is given the others after it") {
  FakeEngineServer server("1.41");
  server.answer("POST /containers/create", 201, R"({"Id":"cafe","Warnings":[]})");
  server.answer("POST /networks/two/connect", 200, "");
  ContainerSpec spec{.name = "c", .image = "i"};
  spec.networks = {{.network = "one"}, {.network = "two", .aliases = {"b"}}};
  const auto engine = make_engine({.socket = server.socket()});

  const auto id = engine->create_container(spec, {});

  REQUIRE(id);
  CHECK(*id == "cafe");
  CHECK(server.lines() ==
        Lines{"POST /v1.41/containers/create?name=c", "POST /v1.41/networks/two/connect"});
  CHECK(server.last().body == R"({"Container":"cafe","EndpointConfig":{"Aliases":["b"]}})");
}

TEST_CASE("a container whose second network cannot be joined does not stay") {
  FakeEngineServer server("1.41");
  server.answer("POST /containers/create", 201, R"({"Id":"cafe"})");
  server.answer("POST /networks/two/connect", 404, R"({"message":"network two not found"})");
  server.answer("DELETE /containers/cafe", 204, "");
  ContainerSpec spec{.name = "c", .image = "i"};
  spec.networks = {{.network = "one"}, {.network = "two"}};
  const auto engine = make_engine({.socket = server.socket()});

  const auto id = engine->create_container(spec, {});

  REQUIRE_FALSE(id);
  CHECK(id.error().code == ErrorCode::not_found);
  CHECK(server.lines().back() == "DELETE /v1.41/containers/cafe?force=1&v=1");
}

TEST_CASE("a newer engine is given all networks at once") {
  FakeEngineServer server("1.44");
  server.answer("POST /containers/create", 201, R"({"Id":"cafe"})");
  ContainerSpec spec{.name = "c", .image = "i"};
  spec.networks = {{.network = "one"}, {.network = "two"}};
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->create_container(spec, {}));

  CHECK(server.lines().size() == 1);
}

TEST_CASE("a list is filtered by labels") {
  FakeEngineServer server;
  server.answer("GET /containers/json", 200, "[]");
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->list_containers({.labels = {"io.slipway.app=npm"}}, {}));

  CHECK(server.lines().back() ==
        "GET /v1.41/containers/"
        "json?all=1&filters=%7B%22label%22%3A%5B%22io.slipway.app%3Dnpm%22%5D%7D");
}

TEST_CASE("a name that would address another route is not sent") {
  FakeEngineServer server;
  const auto engine = make_engine({.socket = server.socket()});

  for (const auto* name : {"", ".", "..", "../images", "a/b", "a?b", "a b", "a%2fb"}) {
    CAPTURE(name);
    const auto details = engine->inspect_container(name, {});
    REQUIRE_FALSE(details);
    CHECK(details.error().code == ErrorCode::invalid_input);
  }
  for (const auto* name : {"", "../x", "a/../b", "/a", "a//b", "a?b"}) {
    CAPTURE(name);
    CHECK_FALSE(engine->inspect_image(name, {}));
  }
  CHECK(server.lines().empty());
}

TEST_CASE("a restart policy is changed alone") {
  FakeEngineServer server;
  server.answer("POST /containers/c/update", 200, R"({"Warnings":null})");
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->update_restart_policy("c", {RestartKind::unless_stopped}, {}));

  CHECK(server.last().body == R"({"RestartPolicy":{"Name":"unless-stopped"}})");
}

TEST_CASE("waiting gives the exit code, or the engine's error") {
  FakeEngineServer server;
  const auto engine = make_engine({.socket = server.socket()});

  server.answer("POST /containers/c/wait", 200, R"({"StatusCode":137,"Error":null})");
  const auto code = engine->wait_container("c", WaitCondition::next_exit, {});
  server.answer("POST /containers/c/wait", 200, R"({"StatusCode":0,"Error":{"Message":"lost"}})");
  const auto lost = engine->wait_container("c", WaitCondition::removed, {});

  REQUIRE(code);
  CHECK(*code == 137);
  REQUIRE_FALSE(lost);
  CHECK(lost.error().message == "lost");
  CHECK(server.lines()[0] == "POST /v1.41/containers/c/wait?condition=next-exit");
}

TEST_CASE("a wait is cancelled from another thread") {
  FakeEngineServer server;
  server.on("POST /containers/c/wait", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket()});
  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] {
    return engine->wait_container("c",
                                  WaitCondition::not_running,
                                  {.deadline = std::chrono::hours(1), .stop = stop.get_token()});
  });
  REQUIRE(server.server().wait_for_requests(2));

  stop.request_stop();

  const auto code = waiting.get();
  REQUIRE_FALSE(code);
  CHECK(code.error().code == ErrorCode::cancelled);
}

TEST_CASE("an answer of any size is read only up to the limit") {
  FakeEngineServer server;
  server.on("GET /containers/json", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200, "Api-Version: 1.41\r\n");
    for (int i = 0; i < 64; ++i) {
      conversation.chunk(std::string(4096, ' '));
    }
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket(), .max_answer = 100'000});

  const auto list = engine->list_containers({}, {});

  REQUIRE_FALSE(list);
  CHECK(list.error().code == ErrorCode::too_large);
}

TEST_CASE("a sample is asked for without the wait for a second one where the engine can") {
  std::string version = "1.41";
  std::string query = "?stream=0&one-shot=1";
  SUBCASE("it can") {}
  SUBCASE("it cannot") {
    version = "1.40";
    query = "?stream=0";
  }
  FakeEngineServer server(version);
  server.answer("GET /containers/c/stats", 200, "{}");
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->sample_stats("c", {}));

  CHECK(server.lines().back() == "GET /v" + version + "/containers/c/stats" + query);
}

TEST_CASE("networks and volumes carry their labels") {
  FakeEngineServer server;
  server.answer("POST /networks/create", 201, R"({"Id":"n"})");
  server.answer("POST /volumes/create", 201, R"({"Name":"v","Labels":{"a":"b"}})");
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->create_network({.name = "n", .labels = {{"a", "b"}}}, {}));
  CHECK(server.last().body ==
        R"({"CheckDuplicate":true,"Driver":"bridge","Labels":{"a":"b"},"Name":"n"})");
  REQUIRE(engine->create_volume({.name = "v", .labels = {{"a", "b"}}}, {}));
  CHECK(server.last().body == R"({"Driver":"local","Labels":{"a":"b"},"Name":"v"})");
}
