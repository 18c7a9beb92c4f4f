// The original's events: who starts when.
#include "tests/support/agent/engine/operation_world.hpp"

#include <doctest/doctest.h>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using agent::journal::OperationState;
using agent::render::EventTrigger;
namespace docker = agent::docker;
namespace render = agent::render;

std::size_t place_of(const OperationWorld& world, const std::string& start) {
  const auto starts = world.engine.changes_of("start_container");
  for (std::size_t index = 0; index < starts.size(); ++index) {
    if (starts[index].find("shop-" + start + "-") != std::string::npos) {
      return index;
    }
  }
  return starts.size();
}

TEST_SUITE_BEGIN("agent.engine.start_order");

TEST_CASE("a subscriber of container-start begins after the publisher") {
  OperationWorld world;
  auto first = test_container("first");
  first.publish_events = {test_event(EventTrigger::container_start, {"second"})};

  const auto record = world.apply(test_application({test_container("second"), first}));

  CHECK(record.state == OperationState::succeeded);
  CHECK(place_of(world, "first") < place_of(world, "second"));
}

TEST_CASE("a subscriber of container-stop begins after the job ended") {
  OperationWorld world;
  auto migrate = test_job("migrate");
  migrate.publish_events = {test_event(EventTrigger::container_stop, {"web"})};
  int exit_code = 0;
  auto expected = OperationState::succeeded;
  SUBCASE("well") {}
  SUBCASE("badly, which is a failure") {
    exit_code = 2;
    expected = OperationState::reverted;
  }
  world.engine.on_start = [&](FakeEngine::Container& container) {
    if (container.spec.labels.at(k_label_container) == "migrate") {
      container.details.status = docker::ContainerStatus::exited;
      container.details.exit_code = exit_code;
    }
  };

  const auto record = world.apply(test_application({test_container("web"), migrate}));

  CHECK(record.state == expected);
  const auto starts = world.engine.changes_of("start_container").size();
  const bool web_was_started = place_of(world, "web") < starts;
  CHECK(web_was_started == (exit_code == 0));
}

TEST_CASE("a subscriber of port-listen begins when the port is listened on") {
  OperationWorld world;
  auto db = test_container("db");
  db.publish_events = {test_event(EventTrigger::port_listen, {"web"})};
  db.publish_events[0].data = "5432";
  const auto deployment = test_application({test_container("web"), db});
  int looks = 0;
  SUBCASE("by the kernel's tables") {
    world.probes.listening = [&](std::uint16_t port) { return port == 5432 && ++looks >= 3; };
  }
  SUBCASE("by connecting where those cannot be seen") {
    world.probes.answer = [&](const ProbeRequest& request) {
      CHECK(request.port == 5432);
      return ProbeOutcome{.healthy = ++looks >= 3};
    };
  }

  const auto record = world.apply(deployment);

  CHECK(record.state == OperationState::succeeded);
  CHECK(looks >= 3);
  CHECK(place_of(world, "db") < place_of(world, "web"));
}

TEST_CASE("a subscriber of exec begins when the command succeeds in the publisher") {
  OperationWorld world;
  auto db = test_container("db");
  db.publish_events = {test_event(EventTrigger::exec, {"web"})};
  db.publish_events[0].args = {"pg_isready", "-q"};
  int runs = 0;
  world.engine.on_exec = [&](const std::string& key, const std::vector<std::string>& argv) {
    CHECK(key == "db");
    CHECK(argv == std::vector<std::string>{"pg_isready", "-q"});
    return ++runs == 3 ? 0 : 1;
  };

  const auto record = world.apply(test_application({test_container("web"), db}));

  CHECK(record.state == OperationState::succeeded);
  CHECK(runs == 3);
}

TEST_CASE("of several events the first that fires starts the subscriber") {
  OperationWorld world;
  auto slow = test_container("slow");
  slow.publish_events = {test_event(EventTrigger::exec, {"web"})};
  slow.publish_events[0].args = {"never"};
  auto quick = test_container("quick");
  quick.publish_events = {test_event(EventTrigger::container_start, {"web"})};
  world.engine.on_exec = [](const std::string&, const std::vector<std::string>&) { return 1; };

  const auto record = world.apply(test_application({test_container("web"), slow, quick}));

  CHECK(record.state == OperationState::succeeded);
}

TEST_CASE("depends_on comes before events: all healthy, then one fired") {
  OperationWorld world;
  auto db = test_container("db");
  auto side = test_container("side");
  side.publish_events = {test_event(EventTrigger::container_start, {"web"})};

  const auto record = world.apply(test_application({test_container("web", {"db"}), side, db}));

  CHECK(record.state == OperationState::succeeded);
  CHECK(place_of(world, "web") == 2);
}

TEST_CASE("a gate whose event does not come in time fails with what it waited for") {
  OperationWorld world;
  auto db = test_container("db");
  db.publish_events = {test_event(EventTrigger::exec, {"web"})};
  db.publish_events[0].args = {"never"};
  db.publish_events[0].timeout = std::chrono::seconds(1);  // By a clock that each look moves.
  world.engine.on_exec = [](const std::string&, const std::vector<std::string>&) { return 1; };

  const auto record = world.apply(test_application({test_container("web"), db}));

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->reason == "waited_too_long");
  CHECK(record.error->message.find("event event of db") != std::string::npos);
}

TEST_CASE("containers that only wait for each other fail instead of hanging") {
  OperationWorld world;
  auto hen = test_container("hen");
  hen.publish_events = {test_event(EventTrigger::container_start, {"egg"})};
  auto egg = test_container("egg");
  egg.publish_events = {test_event(EventTrigger::container_start, {"hen"})};

  const auto record = world.apply(test_application({hen, egg}));

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->reason == "event_circle");
}

TEST_CASE("an event of a container that runs already has fired") {
  OperationWorld world;
  auto db = test_container("db");
  db.publish_events = {test_event(EventTrigger::container_start, {"web"})};
  const auto before = test_application({test_container("web"), db});
  world.apply(before);
  auto after = before;
  after.containers[0].env[0].value = "loud";

  const auto record = world.apply(after, &before);

  CHECK(record.state == OperationState::succeeded);
  CHECK(world.engine.by_key("web")->spec.environment.at("MODE") == "loud");
}

TEST_CASE("a container that stays unhealthy is given up at its deadline") {
  OperationWorld world;
  auto web = test_container("web");
  web.health = render::Health{.kind = render::HealthKind::http, .path = "/", .port = 80};
  web.update.healthy_deadline = std::chrono::seconds(1);
  world.probes.answer = [](const ProbeRequest&) {
    return ProbeOutcome{.healthy = false, .detail = "answered 503"};
  };

  const auto record = world.apply(test_application({web}));

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->code == base::ErrorCode::timed_out);
  CHECK(record.error->message.find("answered 503") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
