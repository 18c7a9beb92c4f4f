#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::EngineUnderTest;

namespace {

std::string read_all(ExecSession& session) {
  std::string output;
  while (true) {
    const auto chunk = session.read({});
    REQUIRE_MESSAGE(chunk, chunk.error().message);
    if (!chunk->has_value()) {
      return output;
    }
    output += (*chunk)->data;
  }
}

}  // namespace

TEST_CASE("a program runs in a container, with its output and exit code") {
  EngineUnderTest engine;
  const auto id = engine.start(engine.spec({"sleep", "600"}));

  const auto outcome = run_in(*engine,
                              id,
                              {.argv = {"sh", "-c", "echo $A; id -u; pwd; exit 42"},
                               .environment = {{"A", "B"}},
                               .user = "65534",
                               .working_dir = "/tmp"},
                              {});

  REQUIRE_MESSAGE(outcome, outcome.error().message);
  CHECK(outcome->exit_code == 42);
  CHECK(outcome->output == "B\n65534\n/tmp\n");
}

TEST_CASE("input goes to a program until it is closed") {
  EngineUnderTest engine;
  const auto id = engine.start(engine.spec({"sleep", "600"}));
  const auto session = engine->open_exec(id, {.argv = {"wc", "-c"}, .with_stdin = true}, {});
  REQUIRE_MESSAGE(session, session.error().message);

  REQUIRE((*session)->write(std::string(200'000, 'x'), {}));
  REQUIRE((*session)->close_stdin());
  const auto output = read_all(**session);
  const auto code = (*session)->exit_code({});

  CHECK(output == "200000\n");
  REQUIRE(code);
  CHECK(*code == 0);
}

TEST_CASE("a terminal has the size it was given") {
  EngineUnderTest engine;
  const auto id = engine.start(engine.spec({"sleep", "600"}));
  const auto session = engine->open_exec(id, {.argv = {"sh"}, .tty = true, .with_stdin = true}, {});
  REQUIRE_MESSAGE(session, session.error().message);

  REQUIRE((*session)->resize(33, 77, {}));
  REQUIRE((*session)->write("stty size; exit 5\n", {}));
  const auto output = read_all(**session);
  const auto code = (*session)->exit_code({});

  CHECK(output.find("33 77") != std::string::npos);
  REQUIRE(code);
  CHECK(*code == 5);
}

TEST_CASE("a program that does not exist and a container that does not run are told apart") {
  EngineUnderTest engine;
  const auto running = engine.start(engine.spec({"sleep", "600"}));
  const auto created = engine.create(engine.spec({"true"}));

  const auto no_program = run_in(*engine, running, {.argv = {"no-such-program"}}, {});
  const auto not_running = run_in(*engine, created, {.argv = {"true"}}, {});

  REQUIRE(no_program);
  CHECK(no_program->exit_code >= 126);
  REQUIRE_FALSE(not_running);
  CHECK(not_running.error().code == ErrorCode::conflict);
  CHECK(not_running.error().reason == "not_running");
}

TEST_CASE("a program that goes on and on ends our wait at the deadline") {
  EngineUnderTest engine;
  const auto id = engine.start(engine.spec({"sleep", "600"}));

  const auto outcome =
      run_in(*engine, id, {.argv = {"sleep", "600"}}, {.deadline = std::chrono::seconds(2)});

  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::timed_out);
}
