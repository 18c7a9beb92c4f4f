#include "agent/docker/engine.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::FakeEngineServer;
using Lines = std::vector<std::string>;

TEST_CASE("the lesser of both versions is spoken") {
  std::string offered = "1.41";
  std::string spoken = "/v1.41";
  SUBCASE("an older engine") {}
  SUBCASE("the oldest") {
    offered = "1.40";
    spoken = "/v1.40";
  }
  SUBCASE("an engine newer than this client") {
    offered = "1.99";
    spoken = "/v1.52";
  }
  FakeEngineServer server(offered);
  server.answer("GET /info", 200, "{}");
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->info({}));
  REQUIRE(engine->info({}));

  CHECK(server.lines() == Lines{"GET " + spoken + "/info", "GET " + spoken + "/info"});
  CHECK(server.server().requests().size() == 3);  // One /_ping for both.
}

TEST_CASE("an engine below the floor is refused with both versions") {
  FakeEngineServer server("1.39");
  const auto engine = make_engine({.socket = server.socket()});

  const auto info = engine->info({});

  REQUIRE_FALSE(info);
  CHECK(info.error().reason == "engine_too_old");
  CHECK(info.error().message.find("1.39") != std::string::npos);
  CHECK(info.error().message.find("1.40") != std::string::npos);
  CHECK(server.lines().empty());
}

TEST_CASE("something else on the socket is no engine") {
  FakeEngineServer server;
  server.on("GET /_ping", [](const tests::SeenRequest&, tests::Conversation& conversation) {
    conversation.answer(200, "hello");
  });
  const auto engine = make_engine({.socket = server.socket()});

  const auto version = engine->ping({});

  REQUIRE_FALSE(version);
  CHECK(version.error().code == ErrorCode::unavailable);
}

TEST_CASE("an engine that comes back as another version is spoken to in that one") {
  FakeEngineServer server("1.45");
  server.answer("GET /info", 200, "{}");
  const auto engine = make_engine({.socket = server.socket()});
  REQUIRE(engine->info({}));

  SUBCASE("an older one, which refuses the version") {
    server.set_api_version("1.41");
    server.on(
        "GET /info", [](const tests::SeenRequest& request, tests::Conversation& conversation) {
          const bool right = request.target.starts_with("/v1.41/");
          conversation.answer(right ? 200 : 400,
                              right ? "{}" : R"({"message":"client version 1.45 is too new"})",
                              "Api-Version: 1.41\r\n");
        });

    REQUIRE(engine->info({}));

    CHECK(server.last().target == "/v1.41/info");
  }
  SUBCASE("a newer one, which goes on in the old version once") {
    server.set_api_version("1.52");

    REQUIRE(engine->info({}));
    REQUIRE(engine->info({}));

    CHECK(server.last().target == "/v1.52/info");
  }
}

TEST_CASE("after the engine was away the version is asked anew") {
  FakeEngineServer server("1.41");
  server.on("GET /info", [](const tests::SeenRequest&, tests::Conversation& conversation) {
    conversation.hang_up();  // Dies within the request.
  });
  const auto engine = make_engine({.socket = server.socket()});
  const auto failed = engine->info({});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unavailable);
  server.answer("GET /info", 200, "{}");
  server.set_api_version("1.44");

  REQUIRE(engine->info({}));

  CHECK(server.last().target == "/v1.44/info");
}

TEST_CASE("no engine is unavailable") {
  const auto engine = make_engine({.socket = "/nonexistent/docker.sock"});

  const auto version = engine->ping({});

  REQUIRE_FALSE(version);
  CHECK(version.error().code == ErrorCode::unavailable);
}

TEST_CASE("versions are numbers, not text") {
  CHECK(parse_api_version("1.9") < parse_api_version("1.41"));
  CHECK(parse_api_version("1.41") == ApiVersion{1, 41});
  for (const auto* text : {"", "1", "1.", ".1", "1.41x", "x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_api_version(text).has_value());
  }
}
