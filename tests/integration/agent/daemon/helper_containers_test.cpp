#include "agent/daemon/command_world.hpp"
#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using agent::config::ContainerProgram;
using agent::daemon::HelperContainers;
using base::ErrorCode;
using tests::EngineUnderTest;

std::size_t containers_of(EngineUnderTest& engine, const std::string& owner) {
  const auto list = engine->list_containers({.labels = {"io.slipway.helper=" + owner}}, {});
  REQUIRE(list);
  return list->size();
}

ContainerProgram shell(const std::string& script) {
  return {.command = {"sh", "-c", script}};
}

TEST_SUITE_BEGIN("agent.daemon.helper_containers");

TEST_CASE("a program's output and exit code come back, and its container is gone") {
  EngineUnderTest engine;
  const auto owner = engine.name("owner");
  HelperContainers helpers(*engine, tests::k_test_image, owner);
  const std::chrono::seconds time(30);

  const auto output =
      helpers.run(shell("echo one; echo two; echo other >&2; exit 3"), {.time = time});
  const auto given = helpers.run(
      {.command = {"sh", "-c", "echo $GIVEN"}, .environment = {"GIVEN=a=b"}}, {.time = time});

  REQUIRE_MESSAGE(output, output.error().message);
  CHECK(output->exit_code == 3);
  CHECK(output->text == "one\ntwo");
  REQUIRE(given);
  CHECK(given->text == "a=b");
  CHECK(containers_of(engine, owner) == 0);
}

TEST_CASE("a program that takes too long is ended, and what an agent before left is removed") {
  EngineUnderTest engine;
  auto left = engine.spec({"sleep", "600"});
  const auto owner = engine.name("owner");
  left.labels["io.slipway.helper"] = owner;
  engine.start(left);
  HelperContainers helpers(*engine, tests::k_test_image, owner);

  const auto output = helpers.run(shell("sleep 600"), {.time = std::chrono::seconds(1)});

  REQUIRE_FALSE(output);
  CHECK(output.error().code == ErrorCode::timed_out);
  CHECK(output.error().message == "the program did not end within 1 s");
  CHECK(containers_of(engine, owner) == 0);
}

TEST_CASE("a read-only root cannot be written") {
  EngineUnderTest engine;
  HelperContainers helpers(*engine, tests::k_test_image, engine.name("owner"));
  auto program = shell("echo text > /file && echo written");
  program.readonly_root = true;

  const auto output = helpers.run(program, {.time = std::chrono::seconds(30)});

  REQUIRE(output);
  CHECK(output->exit_code != 0);
  CHECK(output->text.empty());
}

TEST_CASE("an image that the engine does not have is named, with what to do") {
  EngineUnderTest engine;
  HelperContainers helpers(*engine, "slipway-test/absent:1", engine.name("owner"));

  const auto output = helpers.run(shell("true"), {});

  REQUIRE_FALSE(output);
  CHECK(output.error().message == "the engine does not have the image slipway-test/absent:1");
  CHECK_FALSE(output.error().hint.empty());
}

TEST_SUITE_END();

}  // namespace
