#include "agent/docker/engine.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::Conversation;
using tests::FakeEngineServer;
using tests::recorded_answer;
using tests::SeenRequest;

namespace {

void ignore(const ImageProgress& /*progress*/) {}

}  // namespace

TEST_CASE("loading streams the archive and reports progress and what was loaded") {
  FakeEngineServer server;
  server.answer("POST /images/load", 200, recorded_answer("engine-26/load.stream"));
  const auto engine = make_engine({.socket = server.socket()});
  std::uint64_t highest = 0;

  const auto loaded = engine->load_images(
      base::http::body_of("the archive"),
      [&](const ImageProgress& progress) { highest = std::max(highest, progress.current); },
      {});

  REQUIRE(loaded);
  CHECK(*loaded == std::vector<std::string>{"slipway-test/busybox:1"});
  CHECK(highest > 0);
  CHECK(server.last().body == "the archive");
}

TEST_CASE("a load that fails within a 200 is a failure") {
  FakeEngineServer server;
  server.answer("POST /images/load", 200, recorded_answer("engine-26/load-failed.stream"));
  const auto engine = make_engine({.socket = server.socket()});

  const auto loaded = engine->load_images(base::http::body_of("x"), &ignore, {});

  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::io);
  CHECK(loaded.error().message.find("remount /") != std::string::npos);
}

TEST_CASE("a pull that fails within a 200 is a failure, cut anywhere") {
  FakeEngineServer server("1.52");
  server.on("POST /images/create", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    for (const char c : recorded_answer("specification-1.52/pull-failed.stream")) {
      conversation.chunk(std::string_view(&c, 1));
    }
    conversation.close_chunks();
  });
  const auto engine = make_engine({.socket = server.socket()});
  std::vector<std::string> seen;

  const auto pulled =
      engine->pull_image({.reference = "example/app:1"},
                         [&](const ImageProgress& progress) { seen.push_back(progress.status); },
                         {});

  REQUIRE_FALSE(pulled);
  CHECK(pulled.error().reason == "disk_full");
  CHECK(seen ==
        std::vector<std::string>{"Pulling from example/app", "Pulling fs layer", "Downloading"});
}

TEST_CASE("a progress stream that ends within an object is a failure") {
  FakeEngineServer server;
  server.on("POST /images/create", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk(R"({"status":"Downloading"}{"status":)");
    conversation.close_chunks();
  });
  const auto engine = make_engine({.socket = server.socket()});

  const auto pulled = engine->pull_image({.reference = "a:1"}, &ignore, {});

  REQUIRE_FALSE(pulled);
  CHECK(pulled.error().code == ErrorCode::io);
}

TEST_CASE("a pull always names one image") {
  FakeEngineServer server;
  server.answer("POST /images/create", 200, "{}");
  const auto engine = make_engine({.socket = server.socket()});

  REQUIRE(engine->pull_image({.reference = "registry.example:5000/team/app:1.2"}, &ignore, {}));
  CHECK(server.last().target ==
        "/v1.41/images/create?fromImage=registry.example%3A5000%2Fteam%2Fapp&tag=1.2");
  REQUIRE(engine->pull_image({.reference = "app@sha256:abc"}, &ignore, {}));
  CHECK(server.last().target == "/v1.41/images/create?fromImage=app&tag=sha256%3Aabc");
  for (const auto* reference : {"app", "registry.example:5000/app", "", "a b:1"}) {
    CAPTURE(reference);
    const auto refused = engine->pull_image({.reference = reference}, &ignore, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_input);
  }
}

TEST_CASE("credentials travel in a header and in no error") {
  FakeEngineServer server;
  server.answer("POST /images/create", 500, R"({"message":"unauthorized: wrong credentials"})");
  const auto engine = make_engine({.socket = server.socket()});
  const PullImage pull{
      .reference = "r.example/app:1",
      .credentials = RegistryCredentials{
          .server = "r.example", .username = "u", .password = base::Secret("hunter2")}};

  const auto pulled = engine->pull_image(pull, &ignore, {});

  REQUIRE_FALSE(pulled);
  CHECK(pulled.error().code == ErrorCode::unauthorized);
  CHECK(pulled.error().message.find("hunter2") == std::string::npos);
  const auto header = server.last().headers.at("x-registry-auth");
  CHECK(header.size() > 20);
  CHECK(pulled.error().message.find(header) == std::string::npos);
}
