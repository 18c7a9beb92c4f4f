// Sudden death at every moment of an operation, and what a new agent makes of it.
#include "tests/support/agent/engine/operation_world.hpp"

#include <doctest/doctest.h>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using agent::journal::OperationState;
namespace docker = agent::docker;

// The same operation with a death at its nth moment for every n, each time in a world of its own
// that `prepare` has set up. Returns how many moments there were.
template <typename Prepare, typename Begin, typename Check>
int die_at_every_moment(Prepare prepare, Begin begin, Check check) {
  for (int moment = 1;; ++moment) {
    CAPTURE(moment);
    OperationWorld world;
    prepare(world);
    DieAt crash(moment);
    auto driven = world.runner(&crash).drive(begin(world), {});
    REQUIRE(driven);
    if (!crash.died()) {
      check(world, *driven);
      return moment - 1;
    }
    // The dead agent's executor is gone; the journal is opened as a new process would.
    world.open_journal();
    const auto unfinished = *world.journal->unfinished_operation();
    REQUIRE(unfinished.has_value());
    driven = world.runner().drive(*unfinished, {});
    REQUIRE(driven);
    check(world, *driven);
  }
}

TEST_SUITE_BEGIN("agent.engine.recovery");

TEST_CASE("an installation that dies anywhere ends as one that did not") {
  const auto deployment = two_containers();
  OperationWorld reference;
  reference.apply(deployment);
  const auto picture = reference.engine.picture();

  const int moments =
      die_at_every_moment([&](OperationWorld& world) { world.provide_images(deployment); },
                          [&](OperationWorld& world) { return world.begin(&deployment, nullptr); },
                          [&](OperationWorld& world, const auto& record) {
                            CHECK(record.state == OperationState::succeeded);
                            CHECK(world.engine.picture() == picture);
                          });

  CHECK(moments == 3 * 13);  // Intent, effect and result of each step.
}

// An owner is set after the volume is there, and nothing in the engine tells whether it was.
TEST_CASE("a volume and a directory have their mode wherever the installation died") {
  constexpr auto k_mode = std::filesystem::perms(0710);
  const auto mode_of = [](const std::filesystem::path& path) {
    return std::filesystem::status(path).permissions();
  };
  auto deployment = test_application({test_container("db")});
  deployment.volumes = {{.name = "shop_data", .permission = "0710"}};

  die_at_every_moment(
      [&](OperationWorld& world) {
        world.engine.volume_root = world.folder.path().string();
        deployment.host_directories = {
            {.path = world.folder.path() / "srv" / "shop", .permission = "0710"}};
        world.provide_images(deployment);
      },
      [&](OperationWorld& world) { return world.begin(&deployment, nullptr); },
      [&](OperationWorld& world, const auto& record) {
        CHECK(record.state == OperationState::succeeded);
        CHECK(mode_of(world.folder.path() / "shop_data") == k_mode);
        CHECK(mode_of(world.folder.path() / "srv" / "shop") == k_mode);
      });
}

TEST_CASE("an update that dies anywhere ends as one that did not") {
  const auto before = two_containers();
  auto after = before;
  after.containers[1].env[0].value = "loud";
  after.containers[1].config.clear();
  add_config(after.containers[1], "more");
  OperationWorld reference;
  reference.apply(before);
  reference.apply(after, &before);
  const auto picture = reference.engine.picture();

  die_at_every_moment([&](OperationWorld& world) { world.apply(before); },
                      [&](OperationWorld& world) { return world.begin(&after, &before); },
                      [&](OperationWorld& world, const auto& record) {
                        CHECK(record.state == OperationState::succeeded);
                        CHECK(world.engine.picture() == picture);
                      });
}

TEST_CASE("a failing update that dies anywhere ends where it began") {
  const auto before = two_containers();
  auto after = before;
  after.containers[0].env[0].value = "broken";
  OperationWorld reference;
  reference.apply(before);
  const auto picture = reference.engine.picture();

  die_at_every_moment(
      [&](OperationWorld& world) {
        world.apply(before);
        world.engine.on_start = [](FakeEngine::Container& container) {
          if (container.spec.environment.at("MODE") == "broken") {
            container.details.status = docker::ContainerStatus::exited;
            container.details.exit_code = 1;
          }
        };
      },
      [&](OperationWorld& world) { return world.begin(&after, &before); },
      [&](OperationWorld& world, const auto& record) {
        CHECK(record.state == OperationState::reverted);
        CHECK(world.engine.picture() == picture);
        CHECK(*world.journal->current_deployment() == record.previous);
      });
}

TEST_CASE("a purge that dies anywhere leaves nothing") {
  const auto deployment = two_containers();

  die_at_every_moment(
      [&](OperationWorld& world) { world.apply(deployment); },
      [&](OperationWorld& world) { return world.begin(nullptr, &deployment, true); },
      [&](OperationWorld& world, const auto& record) {
        CHECK(record.state == OperationState::succeeded);
        CHECK(world.engine.picture().empty());
        CHECK_FALSE(world.journal->current_deployment()->has_value());
      });
}

TEST_CASE("an agent that is told to stop leaves the operation to the next one") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.provide_images(deployment);
  std::stop_source shutdown;
  world.listener.hook = [&](const agent::journal::StepRecord& step) {
    if (step.kind == "create_network") {
      shutdown.request_stop();
    }
  };

  const auto stopped =
      world.runner().drive(world.begin(&deployment, nullptr), {.shutdown = shutdown.get_token()});

  REQUIRE(stopped);
  CHECK(stopped->state == OperationState::running);
  world.listener.hook = nullptr;
  world.open_journal();
  const auto resumed = world.runner().drive(**world.journal->unfinished_operation(), {});
  REQUIRE(resumed);
  CHECK(resumed->state == OperationState::succeeded);
}

TEST_SUITE_END();

}  // namespace
