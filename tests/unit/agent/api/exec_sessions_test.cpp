#include "agent/api/exec_sessions.hpp"

#include "tests/support/agent/base/core/manual_clock.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace {

using agent::api::ExecPiece;
using agent::api::ExecSessions;
using agent::docker::Call;
using agent::docker::ExecChunk;
using agent::docker::ExecSession;
using agent::docker::ExecSpec;
using base::ErrorCode;
using namespace std::chrono_literals;

// Programs that write what a test gave them and end, or wait until they are let go.
class ScriptedExecutions final : public agent::docker::Executions {
 public:
  std::deque<std::string> output;
  bool waits = false;  // After its output, instead of ending.
  int code = 0;
  std::string input;
  bool input_closed = false;
  std::optional<base::Error> refuse;
  int open = 0;  // Sessions alive.

  base::Result<std::unique_ptr<ExecSession>> open_exec(const std::string& /*container*/,
                                                       const ExecSpec& /*spec*/,
                                                       const Call& /*call*/) override {
    if (refuse) {
      return *refuse;
    }
    return std::unique_ptr<ExecSession>(std::make_unique<Session>(*this));
  }
  base::Result<agent::docker::ExecState> inspect_exec(const std::string& /*exec*/,
                                                      const Call& /*call*/) override {
    return agent::docker::ExecState{};
  }

 private:
  class Session final : public ExecSession {
   public:
    explicit Session(ScriptedExecutions& script) : script_(script) { ++script_.open; }
    ~Session() override { --script_.open; }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) = delete;
    Session& operator=(Session&&) = delete;

    [[nodiscard]] const std::string& id() const override { return id_; }
    base::Result<std::optional<ExecChunk>> read(const Call& call) override {
      if (!script_.output.empty()) {
        ExecChunk chunk{.data = script_.output.front()};
        script_.output.pop_front();
        return std::optional(std::move(chunk));
      }
      if (!script_.waits) {
        return std::optional<ExecChunk>{};
      }
      std::mutex mutex;
      std::condition_variable_any changed;
      std::unique_lock lock(mutex);
      changed.wait(lock, call.stop, [] { return false; });
      return base::Error{ErrorCode::cancelled, "stopped"};
    }
    base::Status write(std::string_view data, const Call& /*call*/) override {
      script_.input += data;
      return base::ok();
    }
    base::Status close_stdin() override {
      script_.input_closed = true;
      return base::ok();
    }
    base::Status resize(int /*rows*/, int /*columns*/, const Call& /*call*/) override {
      return base::ok();
    }
    base::Result<int> exit_code(const Call& /*call*/) override { return script_.code; }

   private:
    ScriptedExecutions& script_;
    std::string id_ = "x";
  };
};

struct Fixture {
  ScriptedExecutions engine;
  base::ManualClock clock;
  ExecSessions sessions{engine, clock, 2};

  std::string open(const std::string& owner = "root") {
    const auto id = sessions.open(owner, "c", {.argv = {"sh"}}, 24, 80);
    REQUIRE(id);
    return *id;
  }
};

TEST_SUITE_BEGIN("agent.api.exec_sessions");

TEST_CASE("output comes piece by piece, then the exit code, then the session is gone") {
  Fixture fixture;
  fixture.engine.output = {"one", "two"};
  fixture.engine.code = 5;
  const auto id = fixture.open();
  std::string seen;

  const auto code = fixture.sessions.read("root",
                                          id,
                                          [&](const ExecPiece& piece) {
                                            seen += std::string(piece.data) + ".";
                                            return true;
                                          },
                                          {});

  REQUIRE(code);
  CHECK(*code == 5);
  CHECK(seen == "one.two.");
  CHECK(fixture.engine.open == 0);
  CHECK_FALSE(fixture.sessions.check("root", id));
}

TEST_CASE("a session is its owner's alone") {
  Fixture fixture;
  const auto id = fixture.open("alice");

  const auto write = fixture.sessions.write("mallory", id, "rm -rf /\n");
  const auto close = fixture.sessions.close("mallory", id);

  REQUIRE_FALSE(write);
  CHECK(write.error().code == ErrorCode::not_found);
  CHECK(fixture.engine.input.empty());
  CHECK(close);
  CHECK(fixture.sessions.check("alice", id));
}

TEST_CASE("input reaches the program, and its end does") {
  Fixture fixture;
  const auto id = fixture.open();

  CHECK(fixture.sessions.write("root", id, "SELECT 1;"));
  CHECK(fixture.sessions.close_input("root", id));

  CHECK(fixture.engine.input == "SELECT 1;");
  CHECK(fixture.engine.input_closed);
}

TEST_CASE("a program is let go when its reader leaves") {
  Fixture fixture;
  fixture.engine.waits = true;
  const auto id = fixture.open();
  std::stop_source stop;
  stop.request_stop();

  const auto code = fixture.sessions.read(
      "root", id, [](const ExecPiece&) { return true; }, stop.get_token());

  REQUIRE_FALSE(code);
  CHECK(code.error().code == ErrorCode::cancelled);
  CHECK(fixture.engine.open == 0);
}

TEST_CASE("programs that nobody reads make room after a minute") {
  Fixture fixture;
  fixture.open();
  fixture.open();

  const auto full = fixture.sessions.open("root", "c", {.argv = {"sh"}}, 24, 80);
  fixture.clock.advance(60s);
  const auto later = fixture.sessions.open("root", "c", {.argv = {"sh"}}, 24, 80);

  REQUIRE_FALSE(full);
  CHECK(full.error().reason == "too_many_sessions");
  CHECK(later);
  CHECK(fixture.engine.open == 1);
}

TEST_CASE("a program that does not start takes no place") {
  Fixture fixture;
  fixture.engine.refuse = base::Error{ErrorCode::conflict, "not running"};
  for (int attempt = 0; attempt < 3; ++attempt) {
    CHECK(fixture.sessions.open("root", "c", {.argv = {"sh"}}, 24, 80).error().code ==
          ErrorCode::conflict);
  }

  fixture.engine.refuse.reset();

  CHECK(fixture.sessions.open("root", "c", {.argv = {"sh"}}, 24, 80));
}

TEST_SUITE_END();

}  // namespace
