#include "agent/base/core/guarded.hpp"
#include "agent/docker/event_follower.hpp"
#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using tests::EngineUnderTest;

TEST_CASE("a follower lists, then tells the whole life of a container in order") {
  EngineUnderTest engine;
  base::Guarded<std::vector<std::string>> seen;
  std::condition_variable changed;
  const auto note = [&](const std::string& what) {
    seen.lock()->push_back(what);
    changed.notify_all();
  };
  const auto wait_for = [&](const std::string& what) {
    auto entries = seen.lock();
    return entries.wait_until(
        changed,
        std::chrono::steady_clock::now() + std::chrono::seconds(60),
        [&](const auto& list) { return std::find(list.begin(), list.end(), what) != list.end(); });
  };
  const EventFollower follower(
      *engine,
      {.query = {.types = {"container"}, .labels = {engine.label()}}},
      {.on_relist =
           [&](const std::stop_token&) {
             note("relist");
             return base::ok();
           },
       .on_event =
           [&](const Event& event) {
             note(event.action);
             CHECK(event.attributes.count("name") == 1);
           },
       .on_up = [&] { note("up"); },
       .on_down = [&](const base::Error& error) { note("down: " + error.message); }});
  REQUIRE(wait_for("up"));

  const auto id = engine.start(engine.spec({"sh", "-c", "exit 4"}));
  REQUIRE(wait_for("die"));
  REQUIRE(engine->remove_container(id, Force::yes, VolumeRemoval::anonymous, {}));
  REQUIRE(wait_for("destroy"));

  CHECK(*seen.lock() ==
        std::vector<std::string>{"relist", "up", "create", "start", "die", "destroy"});
}
