#include "agent/base/fs/files.hpp"
#include "agent/engine/operation_runner.hpp"
#include "tests/support/agent/engine/operation_world.hpp"

#include <doctest/doctest.h>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using agent::journal::OperationState;
using agent::journal::StepState;
using base::ErrorCode;
namespace docker = agent::docker;
namespace render = agent::render;

TEST_SUITE_BEGIN("agent.engine.operation");

TEST_CASE("an installation ends with everything running under its policy") {
  OperationWorld world;
  const auto deployment = two_containers();

  const auto record = world.apply(deployment);

  CHECK(record.state == OperationState::succeeded);
  CHECK(*world.journal->current_deployment() == record.target);
  for (const auto* key : {"db", "api"}) {
    const auto* container = world.engine.by_key(key);
    REQUIRE(container != nullptr);
    CHECK(container->details.running());
    CHECK(container->details.restart.kind == docker::RestartKind::unless_stopped);
  }
  CHECK(world.engine.written_volumes.size() == 1);
  CHECK(world.engine.containers.size() == 2);  // The helper is gone.
}

TEST_CASE("a second apply of the same changes nothing") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.apply(deployment);
  const auto mark = world.engine.changes.size();

  const auto record = world.apply(deployment, &deployment);

  CHECK(record.state == OperationState::succeeded);
  CHECK(world.changes_since(mark).empty());
}

TEST_CASE("a dependent starts only after what it depends on is healthy") {
  OperationWorld world;
  auto deployment = two_containers();
  deployment.containers[0].health =
      render::Health{.kind = render::HealthKind::http, .path = "/", .port = 80};
  int looks = 0;
  world.probes.answer = [&](const ProbeRequest&) {
    CHECK(world.engine.by_key("api")->details.status == docker::ContainerStatus::created);
    return ProbeOutcome{.healthy = ++looks == 3, .detail = "refused"};
  };

  const auto record = world.apply(deployment);

  CHECK(record.state == OperationState::succeeded);
  CHECK(looks == 3);
  const auto starts = world.engine.changes_of("start_container");
  REQUIRE(starts.size() == 2);
  CHECK(starts[0].find("shop-db") != std::string::npos);
}

TEST_CASE("a step that fails turns the operation back to what ran before") {
  OperationWorld world;
  const auto before = two_containers();
  world.apply(before);
  const auto picture = world.engine.picture();
  auto after = before;
  after.containers[1].env[0].value = "loud";
  world.engine.intercept = [](const std::string& call) -> std::optional<base::Error> {
    static int starts = 0;
    if (call.starts_with("start_container shop-api") && starts++ == 0) {
      return base::Error{.code = ErrorCode::invalid_input, .message = "no such program"};
    }
    return std::nullopt;
  };

  const auto record = world.apply(after, &before);

  CHECK(record.state == OperationState::reverted);
  REQUIRE(record.error);
  CHECK(record.error->message.find("no such program") != std::string::npos);
  CHECK(world.engine.picture() == picture);
  CHECK(*world.journal->current_deployment() == record.previous);
}

// What a restarted agent meets when Docker is still busy with the call of the one that died.
TEST_CASE("what another call is still creating under our name is waited for") {
  OperationWorld world;
  int creations = 0;
  std::string what;
  SUBCASE("container") {
    what = "create_container shop-db";
  }
  SUBCASE("network") {
    what = "create_network shop";
  }
  world.engine.intercept = [&](const std::string& call) -> std::optional<base::Error> {
    if (call.starts_with(what) && ++creations <= 2) {
      return base::Error{.code = base::ErrorCode::conflict, .message = "the name is in use"};
    }
    return std::nullopt;
  };

  CHECK(world.apply(two_containers()).state == OperationState::succeeded);
  CHECK(creations == 3);
}

// As Docker 20.10 has it after a kill between the volume's folder and its record.
TEST_CASE("a volume whose labels an engine has lost is made anew unless something is in it") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.engine.volume_root = world.folder.path().string();
  REQUIRE(world.engine.create_volume({.name = "shop_data"}, {}));
  const auto place = world.folder.path() / "shop_data";

  SUBCASE("empty") {
    CHECK(world.apply(deployment).state == OperationState::succeeded);
    CHECK(world.engine.volumes.at("shop_data").labels.at(k_label_app) == "shop");
  }
  SUBCASE("with somebody's files") {
    REQUIRE(base::fs::write_atomically(place / "file", "precious", 0644));

    const auto record = world.apply(deployment);

    CHECK(record.state == OperationState::reverted);
    REQUIRE(record.error);
    CHECK(record.error->reason == "name_in_use");
    CHECK(std::filesystem::exists(place / "file"));
  }
}

TEST_CASE("a failed first installation leaves only the volumes") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.engine.on_start = [](FakeEngine::Container& container) {
    if (container.spec.labels.at(k_label_container) == "api") {
      container.details.status = docker::ContainerStatus::exited;
      container.details.exit_code = 3;
    }
  };
  world.engine.log_lines = {"cannot read the licence"};

  const auto record = world.apply(deployment);

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->message.find("exit code 3") != std::string::npos);
  CHECK(world.engine.containers.empty());
  CHECK(world.engine.networks.empty());
  CHECK(world.engine.volumes.contains("shop_data"));
  const auto log = *world.journal->log(record.id);
  CHECK(std::any_of(log.begin(), log.end(), [](const auto& line) {
    return line.text.find("cannot read the licence") != std::string::npos;
  }));
}

TEST_CASE("secrets do not reach the error or the log") {
  OperationWorld world;
  auto deployment = two_containers();
  deployment.secret_values = {"s3cr3t-value"};
  world.engine.log_lines = {"password is s3cr3t-value"};
  world.engine.intercept = [](const std::string& call) -> std::optional<base::Error> {
    if (call.starts_with("start_container")) {
      return base::Error{.code = ErrorCode::io, .message = "exec: app --password s3cr3t-value"};
    }
    return std::nullopt;
  };

  const auto record = world.apply(deployment);

  CHECK(record.error->message.find("s3cr3t") == std::string::npos);
  const auto log = *world.journal->log(record.id);
  for (const auto& line : log) {
    CHECK(line.text.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("a container that ends is started again as its policy would, then given up") {
  OperationWorld world;
  const auto deployment = test_application({test_container("web")});
  int starts = 0;
  int good_from = 0;
  world.engine.on_start = [&](FakeEngine::Container& container) {
    if (++starts < good_from || good_from == 0) {
      container.details.status = docker::ContainerStatus::exited;
      container.details.exit_code = 1;
    }
  };
  SUBCASE("it recovers") {
    good_from = 3;
    CHECK(world.apply(deployment).state == OperationState::succeeded);
    CHECK(starts == 3);
  }
  SUBCASE("it never does") {
    CHECK(world.apply(deployment).state == OperationState::reverted);
    CHECK(starts == 4);  // The first, and three more.
  }
}

TEST_CASE("cancelling turns back and ends as cancelled") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.provide_images(deployment);
  std::stop_source cancel;
  world.listener.hook = [&](const agent::journal::StepRecord& step) {
    if (step.kind == "create_network" && step.state == StepState::done) {
      cancel.request_stop();
    }
  };

  const auto record =
      *world.runner().drive(world.begin(&deployment, nullptr), {.cancel = cancel.get_token()});

  CHECK(record.state == OperationState::cancelled);
  CHECK(record.error->code == ErrorCode::cancelled);
  CHECK(world.engine.containers.empty());
  CHECK(world.engine.networks.empty());
}

TEST_CASE("an engine that goes away in the middle is waited for, and the operation goes on") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.provide_images(deployment);
  int calls = 0;
  int pings = 0;
  world.engine.intercept = [&](const std::string& call) -> std::optional<base::Error> {
    const base::Error away{.code = ErrorCode::unavailable, .message = "connection refused"};
    ++calls;
    if (call == "ping") {
      return ++pings <= 3 ? std::optional(away) : std::nullopt;
    }
    return call.starts_with("start_container") && pings == 0 ? std::optional(away) : std::nullopt;
  };

  const auto record = *world.runner().drive(world.begin(&deployment, nullptr), {});

  CHECK(record.state == OperationState::succeeded);
  CHECK(record.attempt == 2);
  CHECK(pings == 4);
  const auto steps = *world.journal->steps(record.id);
  CHECK(std::count_if(steps.begin(), steps.end(), [](const auto& step) {
          return step.kind == "create_container" && step.attempt == 2;
        }) == 0);
}

TEST_CASE("an engine that answers but never does the step is a failure in the end") {
  OperationWorld world;
  const auto deployment = test_application({test_container("web")});
  world.engine.intercept = [](const std::string& call) -> std::optional<base::Error> {
    if (call.starts_with("start_container")) {
      return base::Error{.code = ErrorCode::timed_out, .message = "no answer"};
    }
    return std::nullopt;
  };

  const auto record = world.apply(deployment);

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->code == ErrorCode::timed_out);
}

TEST_CASE("down removes containers and network, keeps data, and purge takes them too") {
  OperationWorld world;
  const auto deployment = two_containers();
  world.apply(deployment);
  bool purge = false;
  SUBCASE("kept") {}
  SUBCASE("purged") {
    purge = true;
  }

  const auto record = *world.runner().drive(world.begin(nullptr, &deployment, purge), {});

  CHECK(record.state == OperationState::succeeded);
  CHECK_FALSE(world.journal->current_deployment()->has_value());
  CHECK(world.engine.containers.empty());
  CHECK(world.engine.networks.empty());
  CHECK(world.engine.volumes.contains("shop_data") != purge);
}

TEST_CASE("nothing of anybody else is touched") {
  OperationWorld world;
  world.engine.images["other"] = "sha256:other";
  REQUIRE(world.engine.create_container({.name = "neighbour", .image = "other"}, {}));
  REQUIRE(world.engine.create_network({.name = "theirs"}, {}));
  REQUIRE(world.engine.create_volume({.name = "theirs"}, {}));
  const auto deployment = two_containers();
  world.apply(deployment);

  REQUIRE(world.runner().drive(world.begin(nullptr, &deployment, true), {}));

  CHECK(world.engine.picture() == std::vector<std::string>{"container neighbour created restart 0",
                                                           "network theirs",
                                                           "volume theirs"});
}

TEST_CASE("a name that somebody else has is refused and stays theirs") {
  OperationWorld world;
  const auto deployment = two_containers();
  REQUIRE(world.engine.create_volume({.name = "shop_data"}, {}));

  const auto record = world.apply(deployment);

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->reason == "name_in_use");
  CHECK(world.engine.volumes.contains("shop_data"));
}

TEST_CASE("a snapshot is asked for before something running is stopped, and only then") {
  OperationWorld world;
  const auto before = two_containers();
  world.apply(before);
  CHECK(world.snapshots.taken == 0);
  auto after = before;
  after.containers[1].env[0].value = "loud";

  world.apply(after, &before);

  CHECK(world.snapshots.taken == 1);
}

TEST_CASE("an image is pulled when its name says where from, with progress") {
  OperationWorld world;
  auto web = test_container("web");
  web.image.name = "images.example.com/shop/web";
  const auto deployment = test_application({web});
  world.engine.pullable["images.example.com/shop/web:1"] = "sha256:web";

  const auto record = *world.runner().drive(world.begin(&deployment, nullptr), {});

  CHECK(record.state == OperationState::succeeded);
  REQUIRE_FALSE(world.listener.progress.empty());
  CHECK(world.listener.progress[0].total == 10);
}

TEST_SUITE_END();

}  // namespace
