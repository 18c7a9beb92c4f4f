#include "agent/base/store/database.hpp"
#include "agent/engine/agent_lifecycle.hpp"
#include "agent/snapshot/unconfigured_snapshots.hpp"
#include "tests/support/agent/engine/fake_host.hpp"
#include "tests/support/agent/engine/lifecycle_support.hpp"
#include "tests/support/agent/engine/operation_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using agent::journal::OperationState;
using base::ErrorCode;
namespace docker = agent::docker;
namespace journal = agent::journal;
namespace render = agent::render;

struct Fixture {
  OperationWorld world;
  FakeHost host;
  NamedDeployments renderer;
  std::unique_ptr<SnapshotTaker> snapshots = agent::snapshot::make_unconfigured_snapshots();
  base::SystemClock clock;
  Waiter waiter;
  std::unique_ptr<Lifecycle> lifecycle;
  std::unique_ptr<Lifecycle::Subscription> subscription;

  Fixture() {
    renderer.deployments["one"] = two_containers();
    renderer.deployments["two"] = two_containers();
    renderer.deployments["two"].containers[1].env[0].value = "loud";
    world.provide_images(two_containers());
    start();
  }
  ~Fixture() { stop(); }

  void start() {
    lifecycle = *make_lifecycle({.engine = world.engine,
                                 .images = *world.images,
                                 .journal = *world.journal,
                                 .probes = world.probes,
                                 .clock = clock,
                                 .host = host,
                                 .snapshots = *snapshots,
                                 .renderer = renderer,
                                 .crash_points = world.no_crash,
                                 .label_key = base::Secret(k_test_label_key),
                                 .state_dir = "/state",
                                 .options = world.options});
    subscription = lifecycle->subscribe(waiter);
  }
  void stop() {
    subscription.reset();
    lifecycle.reset();
  }

  journal::OperationRecord ended(journal::OperationId id) {
    const auto record = waiter.wait_for_end(id);
    REQUIRE(record);
    return *record;
  }
  Plan plan(const std::string& manifest) {
    auto made = lifecycle->plan({.manifest = manifest, .author = "root"});
    REQUIRE(made);
    return *made;
  }
  journal::OperationRecord apply(const std::string& manifest) {
    const auto id = lifecycle->execute(plan(manifest).id, "root");
    REQUIRE(id);
    return ended(*id);
  }
};

TEST_SUITE_BEGIN("agent.engine.lifecycle");

TEST_CASE_FIXTURE(Fixture, "an application is planned, installed, and seen to be ready") {
  const auto made = plan("one");
  CHECK(made.kind == journal::OperationKind::install);
  CHECK_FALSE(made.steps.empty());

  const auto id = lifecycle->execute(made.id, "root");

  REQUIRE(id);
  CHECK(ended(*id).state == OperationState::succeeded);
  CHECK(waiter.wait_for_status(
      [](const auto& status) { return status.condition == Condition::ready; }));
  const auto status = lifecycle->status();
  CHECK(status.app == "shop");
  CHECK(status.version == "1.0.0");
  CHECK(status.engine.version == "20.10.24");
  CHECK(status.snapshot.problem == "no snapshot target configured");
  CHECK(lifecycle->components().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "applying the same again succeeds at once and changes nothing") {
  apply("one");
  const auto mark = world.engine.changes.size();

  const auto record = apply("one");

  CHECK(record.state == OperationState::succeeded);
  CHECK(world.changes_since(mark).empty());
}

TEST_CASE_FIXTURE(Fixture, "a plan is refused when the world has changed since") {
  apply("one");
  const auto made = plan("two");
  REQUIRE(world.engine.stop_container(world.engine.by_key("db")->details.id, std::nullopt, {}));
  const auto mark = world.engine.changes.size();

  const auto executed = lifecycle->execute(made.id, "root");

  REQUIRE_FALSE(executed);
  CHECK(executed.error().code == ErrorCode::conflict);
  CHECK(executed.error().reason == "stale_plan");
  CHECK(world.changes_since(mark).empty());
}

TEST_CASE_FIXTURE(Fixture, "a plan is refused when another deployment was applied since") {
  apply("one");
  const auto old = plan("one");
  apply("two");

  const auto executed = lifecycle->execute(old.id, "root");

  REQUIRE_FALSE(executed);
  CHECK(executed.error().reason == "stale_plan");
}

TEST_CASE_FIXTURE(Fixture, "a check that fails records no operation and touches nothing") {
  world.engine.images.erase("shop/api:1");

  const auto executed = lifecycle->execute(plan("one").id, "root");

  REQUIRE_FALSE(executed);
  CHECK(executed.error().reason == "image_missing");
  CHECK(world.engine.changes.empty());
  CHECK(lifecycle->operations(10)->empty());
}

TEST_CASE_FIXTURE(Fixture, "one operation at a time, and the one under way can be cancelled") {
  renderer.deployments["one"].containers[0].health =
      render::Health{.kind = render::HealthKind::tcp, .port = 1};
  world.probes.answer = [](const ProbeRequest&) {
    return ProbeOutcome{.healthy = false, .detail = "refused"};
  };
  const auto first = lifecycle->execute(plan("one").id, "root");
  REQUIRE(first);

  const auto second = lifecycle->execute(plan("two").id, "root");
  REQUIRE(lifecycle->cancel(*first));
  const auto record = ended(*first);

  REQUIRE_FALSE(second);
  CHECK(second.error().reason == "operation_running");
  CHECK(record.state == OperationState::cancelled);
  CHECK(lifecycle->cancel(*first).error().reason == "not_running");
}

TEST_CASE_FIXTURE(Fixture, "an agent that starts takes up the operation that was under way") {
  stop();
  const auto deployment = two_containers();
  const auto begun = world.begin(&deployment, nullptr);

  start();
  constexpr std::chrono::seconds k_generous{8};
  const auto deadline = std::chrono::steady_clock::now() + k_generous;
  while (!journal::is_final(lifecycle->operation(begun.id)->record.state) &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }

  CHECK(lifecycle->operation(begun.id)->record.state == OperationState::succeeded);
  CHECK(world.engine.containers.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "settings change a plan, and what was executed is kept") {
  apply("one");

  const auto made = lifecycle->plan({.settings = {{"COLOUR", "red"}}, .author = "root"});

  REQUIRE(made);
  CHECK(std::any_of(made->steps.begin(), made->steps.end(), [](const Step& step) {
    return step.reason == "environment COLOUR changed";
  }));
  CHECK((*world.journal->latest_settings())->document == R"({"some":"settings"})");
}

TEST_CASE_FIXTURE(Fixture, "down takes the application away, and purge after it the data") {
  apply("one");
  const auto down = lifecycle->plan({.action = Action::down});
  REQUIRE(down);
  ended(*lifecycle->execute(down->id, "root"));
  CHECK(world.engine.containers.empty());
  CHECK(lifecycle->status().app.empty());

  const auto purge = lifecycle->plan({.action = Action::down, .purge = true});
  REQUIRE(purge);
  ended(*lifecycle->execute(purge->id, "root"));

  CHECK(world.engine.volumes.empty());
}

TEST_CASE_FIXTURE(Fixture, "without an installation there is nothing to take down or apply again") {
  CHECK(lifecycle->plan({.action = Action::down}).error().reason == "nothing_installed");
  CHECK(lifecycle->plan({.action = Action::apply}).error().reason == "nothing_installed");
  CHECK(lifecycle->plan({.manifest = "rubbish"}).error().code == ErrorCode::invalid_input);
  CHECK(lifecycle->execute({"none"}, "root").error().code == ErrorCode::not_found);
}

TEST_CASE_FIXTURE(Fixture, "another application is refused while one is installed") {
  apply("one");
  auto other = two_containers();
  other.app = "bank";
  renderer.deployments["bank"] = other;

  const auto made = lifecycle->plan({.manifest = "bank"});

  REQUIRE_FALSE(made);
  CHECK(made.error().reason == "another_application");
}

TEST_CASE_FIXTURE(Fixture, "a container that dies is seen, told, and explained") {
  apply("one");
  REQUIRE(waiter.wait_for_status(
      [](const auto& status) { return status.condition == Condition::ready; }));

  REQUIRE(world.engine.kill_container(world.engine.by_key("api")->details.id, "KILL", {}));

  CHECK(waiter.wait_for_status(
      [](const auto& status) { return status.condition == Condition::unavailable; }));
  const auto api = lifecycle->component("api");
  REQUIRE(api);
  CHECK(api->status == "exited");
  REQUIRE_FALSE(api->decisions.empty());
  CHECK(api->decisions[0].reason == "exit code 143");
}

TEST_CASE_FIXTURE(Fixture, "an engine that goes away and comes back is told") {
  apply("one");

  world.engine.go_away();
  CHECK(waiter.wait_for_status([](const auto& status) { return !status.engine.reachable; }));
  world.engine.come_back();

  CHECK(waiter.wait_for_status([](const auto& status) {
    return status.engine.reachable && status.condition == Condition::ready;
  }));
}

// What Docker 20.10 does with `unless-stopped` after it was killed.
TEST_CASE_FIXTURE(Fixture, "what an engine that was killed leaves stopped is started again") {
  apply("one");
  const auto id = world.engine.by_key("api")->details.id;
  REQUIRE(waiter.wait_for_status(
      [](const auto& status) { return status.condition == Condition::ready; }));
  world.engine.go_away();
  REQUIRE(waiter.wait_for_status([](const auto& status) { return !status.engine.reachable; }));
  auto& details = world.engine.containers.at(id).details;
  details.status = docker::ContainerStatus::exited;
  details.exit_code = 137;

  world.engine.come_back();

  CHECK(waiter.wait_for_status([](const auto& status) {
    return status.engine.reachable && status.condition == Condition::ready && !status.operation;
  }));
  CHECK(world.engine.by_key("api")->details.id == id);
  CHECK(lifecycle->operations(1)->front().author == "slipway");
  const auto decisions = lifecycle->component("api")->decisions;
  REQUIRE_FALSE(decisions.empty());
  CHECK(decisions[0].text == "operation 2 starts it again");
}

TEST_CASE_FIXTURE(Fixture,
                  "a container that somebody stopped stays stopped when the engine returns") {
  apply("one");
  REQUIRE(world.engine.stop_container(world.engine.by_key("api")->details.id, std::nullopt, {}));
  REQUIRE(waiter.wait_for_status(
      [](const auto& status) { return status.condition == Condition::unavailable; }));
  world.engine.go_away();
  REQUIRE(waiter.wait_for_status([](const auto& status) { return !status.engine.reachable; }));
  auto& details = world.engine.containers.at(world.engine.by_key("db")->details.id).details;

  world.engine.come_back();
  REQUIRE(waiter.wait_for_status([](const auto& status) { return status.engine.reachable; }));

  CHECK(details.running());
  CHECK(lifecycle->operations(10)->size() == 1);
}

// A full disk, as the journal meets it.
TEST_CASE_FIXTURE(Fixture, "an operation waits for a journal that cannot be written, and says so") {
  auto disk = *base::store::Database::open(world.folder.path() / "state.db");
  REQUIRE(
      disk.execute("CREATE TRIGGER full BEFORE UPDATE ON journal_steps "
                   "BEGIN SELECT RAISE(ABORT, 'disk full'); END"));
  const auto id = lifecycle->execute(plan("one").id, "root");
  REQUIRE(id);

  CHECK(waiter.wait_for_status([](const auto& status) {
    return status.operation && status.operation->waiting.find("/state") != std::string::npos;
  }));
  CHECK(world.engine.containers.empty());
  REQUIRE(disk.execute("DROP TRIGGER full"));

  CHECK(ended(*id).state == OperationState::succeeded);
  CHECK(world.engine.containers.size() == 2);
}

TEST_SUITE_END();

}  // namespace
