#include "agent/engine/planner.hpp"

#include "tests/support/agent/engine/operation_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
namespace journal = agent::journal;
namespace render = agent::render;

// An engine that runs `deployment`, as an apply leaves it.
struct Installed {
  explicit Installed(render::Deployment chosen) : deployment(std::move(chosen)) {
    const auto record = world.apply(deployment);
    REQUIRE(record.state == journal::OperationState::succeeded);
  }

  Plan plan(const render::Deployment* target, PlanOptions options = {}) {
    if (target != nullptr) {
      world.provide_images(*target);
    }
    return plan_as_is(target, options);
  }

  Plan plan_as_is(const render::Deployment* target, PlanOptions options = {}) {
    const auto previous = desired_for_test(deployment);
    std::optional<Desired> desired;
    if (target != nullptr) {
      desired = desired_for_test(*target);
    }
    const auto observation =
        observe_for(world.engine, *world.journal, "shop", desired ? &*desired : nullptr);
    REQUIRE(observation);
    return *make_plan(*observation, desired ? &*desired : nullptr, &previous, options);
  }

  std::string id_of(const std::string& key) { return world.engine.by_key(key)->details.id; }

  render::Deployment deployment;
  OperationWorld world;
};

Plan fresh_plan(const render::Deployment& deployment) {
  OperationWorld world;
  world.provide_images(deployment);
  const auto desired = desired_for_test(deployment);
  const auto observation = observe_for(world.engine, *world.journal, "shop", &desired);
  return *make_plan(*observation, &desired, nullptr, {});
}

std::vector<std::string> kinds_of(const Plan& plan) {
  std::vector<std::string> kinds;
  for (const auto& step : plan.steps) {
    kinds.emplace_back(name_of(step.kind));
  }
  return kinds;
}

const Step* find(const Plan& plan, StepKind kind, const std::string& subject_part) {
  for (const auto& step : plan.steps) {
    if (step.kind == kind && step.subject.find(subject_part) != std::string::npos) {
      return &step;
    }
  }
  return nullptr;
}

bool comes_after(const Plan& plan, const Step& later, const Step& earlier) {
  return std::any_of(later.after.begin(), later.after.end(), [&](int id) {
    return id == earlier.id || comes_after(plan, plan.steps[id], earlier);
  });
}

TEST_SUITE_BEGIN("agent.engine.planner");

TEST_CASE("a fresh installation prepares, creates, starts in order, and commits last") {
  const auto plan = fresh_plan(two_containers());

  CHECK(plan.kind == journal::OperationKind::install);
  CHECK(kinds_of(plan) == std::vector<std::string>{"check_image",
                                                   "check_image",
                                                   "create_network",
                                                   "create_volume",
                                                   "fill_config_volume",
                                                   "create_container",
                                                   "create_container",
                                                   "start_container",
                                                   "await_healthy",
                                                   "start_container",
                                                   "await_healthy",
                                                   "set_restart_policy",
                                                   "set_restart_policy"});
  CHECK(comes_after(plan,
                    *find(plan, StepKind::start_container, "shop-api"),
                    *find(plan, StepKind::await_healthy, "shop-db")));
  CHECK(comes_after(plan,
                    *find(plan, StepKind::set_restart_policy, "shop-db"),
                    *find(plan, StepKind::await_healthy, "shop-api")));
  CHECK(plan.downtime() == Downtime::none);
}

TEST_CASE("an image that is not there is pulled, and the steps say so") {
  const auto deployment = test_application({test_container("web")});
  OperationWorld world;
  const auto desired = desired_for_test(deployment);
  const auto observation = observe_for(world.engine, *world.journal, "shop", &desired);

  const auto plan = make_plan(*observation, &desired, nullptr, {});

  REQUIRE(plan);
  CHECK(plan->steps[0].kind == StepKind::pull_image);
  CHECK(plan->steps[0].subject == "shop/web:1");
  CHECK(plan->steps[0].reason == "not in the engine");
}

TEST_CASE("no change means no steps") {
  Installed installed(two_containers());

  CHECK(installed.plan(&installed.deployment).steps.empty());
}

TEST_CASE("a changed environment replaces that container alone and names the variable") {
  Installed installed(
      test_application({test_container("a"), test_container("b"), test_container("c")}));
  auto changed = installed.deployment;
  changed.containers[1].env[0].value = "loud";

  const auto plan = installed.plan(&changed);

  const auto* create = find(plan, StepKind::create_container, "shop-b");
  REQUIRE(create != nullptr);
  CHECK(create->reason == "environment MODE changed");
  CHECK(find(plan, StepKind::create_container, "shop-a") == nullptr);
  CHECK(find(plan, StepKind::stop_container, "shop-c") == nullptr);
  // The new one is created while the old one serves, started when that has stopped, and the old
  // one removed when the new one is well.
  const auto* stop = find(plan, StepKind::stop_container, "shop-b");
  const auto* start = find(plan, StepKind::start_container, "shop-b");
  const auto* remove = find(plan, StepKind::remove_container, "shop-b");
  CHECK(comes_after(plan, *stop, *create));
  CHECK(comes_after(plan, *stop, *find(plan, StepKind::disable_restart, "shop-b")));
  CHECK(comes_after(plan, *start, *stop));
  CHECK(comes_after(plan, *remove, *find(plan, StepKind::await_healthy, "shop-b")));
  CHECK(plan.downtime() == Downtime::restart);
}

TEST_CASE("a reason never shows the value of a variable") {
  Installed installed(test_application({test_container("a")}));
  auto changed = installed.deployment;
  changed.containers[0].env[0].value = "s3cr3t";

  const auto plan = installed.plan(&changed);

  for (const auto& step : plan.steps) {
    CHECK(step.reason.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("a container with a fixed name makes way before its successor is created") {
  auto web = test_container("web");
  web.docker_name = "the-web";
  Installed installed(test_application({web}));
  auto changed = installed.deployment;
  changed.containers[0].env[0].value = "loud";

  const auto plan = installed.plan(&changed);

  CHECK(comes_after(plan,
                    *find(plan, StepKind::create_container, "the-web"),
                    *find(plan, StepKind::remove_container, "the-web")));
  CHECK(comes_after(plan,
                    *find(plan, StepKind::remove_container, "the-web"),
                    *find(plan, StepKind::stop_container, "the-web")));
}

TEST_CASE(
    "a changed configuration file fills another volume, replaces its consumer, drops the old") {
  Installed installed(two_containers());
  auto changed = installed.deployment;
  changed.containers[1].config.clear();
  add_config(changed.containers[1], "more");

  const auto plan = installed.plan(&changed);

  CHECK(find(plan, StepKind::fill_config_volume, "shop_cfg_m") != nullptr);
  CHECK(find(plan, StepKind::create_container, "shop-api") != nullptr);
  CHECK(find(plan, StepKind::create_container, "shop-db") == nullptr);
  const auto* drop = find(plan, StepKind::remove_config_volume, "shop_cfg_v");
  REQUIRE(drop != nullptr);
  CHECK(comes_after(plan, *drop, *find(plan, StepKind::remove_container, "shop-api")));
}

TEST_CASE("a container that somebody removed comes back") {
  Installed installed(two_containers());
  installed.world.engine.containers.erase(installed.id_of("api"));

  const auto plan = installed.plan(&installed.deployment);

  const auto* create = find(plan, StepKind::create_container, "shop-api");
  REQUIRE(create != nullptr);
  CHECK(create->reason == "not there");
  CHECK(find(plan, StepKind::stop_container, "shop-db") == nullptr);
}

TEST_CASE("a container that somebody stopped is started again, not replaced") {
  Installed installed(two_containers());
  REQUIRE(installed.world.engine.stop_container(installed.id_of("db"), std::nullopt, {}));

  const auto plan = installed.plan(&installed.deployment);

  CHECK(find(plan, StepKind::create_container, "") == nullptr);
  CHECK(find(plan, StepKind::start_container, "shop-db") != nullptr);
}

TEST_CASE("a network that somebody removed takes its containers with it") {
  Installed installed(test_application({test_container("web")}));
  installed.world.engine.networks.clear();

  const auto plan = installed.plan(&installed.deployment);

  const auto* create = find(plan, StepKind::create_container, "shop-web");
  REQUIRE(create != nullptr);
  CHECK(create->reason == "network shop is gone");
  CHECK(comes_after(plan, *create, *find(plan, StepKind::create_network, "shop")));
}

TEST_CASE("another image under the same reference replaces the container") {
  Installed installed(test_application({test_container("web")}));
  installed.world.engine.images["shop/web:1"] = "sha256:rebuilt";

  const auto plan = installed.plan_as_is(&installed.deployment);

  const auto* create = find(plan, StepKind::create_container, "shop-web");
  REQUIRE(create != nullptr);
  CHECK(create->reason == "image shop/web:1 is another one");
}

TEST_CASE("a changed restart policy is set in place") {
  Installed installed(test_application({test_container("web")}));
  auto changed = installed.deployment;
  changed.containers[0].restart = {.policy = render::RestartPolicy::on_failure, .max_retries = 3};

  const auto plan = installed.plan(&changed);

  CHECK(kinds_of(plan) == std::vector<std::string>{"set_restart_policy"});
}

TEST_CASE("a container that is not in the deployment any more is stopped and removed") {
  Installed installed(test_application({test_container("a"), test_container("b")}));
  const auto target = test_application({test_container("a")});

  const auto plan = installed.plan(&target);

  CHECK(kinds_of(plan) ==
        std::vector<std::string>{"disable_restart", "stop_container", "remove_container"});
  CHECK(plan.steps[1].reason == "not part of the deployment");
  CHECK(plan.downtime() == Downtime::stop);
}

TEST_CASE("an old and a new container never share a port or a writable volume") {
  auto old_one = test_container("old");
  auto successor = test_container("successor");
  SUBCASE("port") {
    old_one.ports = {{.container_port = 80, .host_port = 8080}};
    successor.ports = {{.container_port = 81, .host_port = 8080}};
  }
  SUBCASE("volume") {
    old_one.mounts = {{.source = "shop_data", .target = "/data"}};
    successor.mounts = {{.source = "shop_data", .target = "/var/data"}};
  }
  SUBCASE("folder of the host") {
    old_one.mounts = {{.kind = render::MountKind::bind, .source = "/srv/shop", .target = "/data"}};
    successor.mounts = {
        {.kind = render::MountKind::bind, .source = "/srv/shop", .target = "/var/data"}};
  }
  auto before = test_application({old_one});
  before.volumes = {{.name = "shop_data"}};
  Installed installed(before);
  auto after = test_application({successor});
  after.volumes = before.volumes;

  const auto plan = installed.plan(&after);

  CHECK(comes_after(plan,
                    *find(plan, StepKind::start_container, "shop-successor"),
                    *find(plan, StepKind::stop_container, "shop-old")));
}

TEST_CASE("down stops in the reverse of the start order and keeps the data") {
  Installed installed(two_containers());

  const auto plan = installed.plan(nullptr);

  CHECK(plan.kind == journal::OperationKind::down);
  CHECK(comes_after(plan,
                    *find(plan, StepKind::stop_container, "shop-db"),
                    *find(plan, StepKind::stop_container, "shop-api")));
  CHECK(find(plan, StepKind::remove_network, "shop") != nullptr);
  CHECK(find(plan, StepKind::remove_config_volume, "shop_cfg") != nullptr);
  CHECK(find(plan, StepKind::remove_volume, "shop_data") == nullptr);
}

TEST_CASE("down with purge removes the data last") {
  Installed installed(two_containers());

  const auto plan = installed.plan(nullptr, {.purge = true});

  const auto* data = find(plan, StepKind::remove_volume, "shop_data");
  REQUIRE(data != nullptr);
  CHECK(comes_after(plan, *data, *find(plan, StepKind::remove_container, "shop-db")));
}

TEST_CASE("a finished job is not run again, a failed one is") {
  Installed installed = [] { return Installed(test_application({test_container("web")})); }();
  auto with_job = test_application({test_container("web"), test_job("migrate")});
  installed.world.engine.on_start = [](FakeEngine::Container& container) {
    if (container.spec.labels.at(k_label_container) == "migrate") {
      container.details.status = agent::docker::ContainerStatus::exited;
      container.details.exit_code = 0;
    }
  };
  const auto record = installed.world.apply(with_job, &installed.deployment);
  REQUIRE(record.state == journal::OperationState::succeeded);

  SUBCASE("finished") {
    CHECK(installed.plan(&with_job).steps.empty());
  }
  SUBCASE("failed") {
    installed.world.engine.containers.at(installed.id_of("migrate")).details.exit_code = 1;
    CHECK(find(installed.plan(&with_job), StepKind::start_container, "migrate") != nullptr);
  }
}

TEST_CASE("a job that an interrupted operation has started is waited for again") {
  Installed installed(test_application({test_container("web")}));
  const auto with_job = test_application({test_container("web"), test_job("migrate")});
  installed.world.engine.on_start = [](FakeEngine::Container& container) {
    container.details.status = agent::docker::ContainerStatus::exited;
  };
  const auto record = installed.world.apply(with_job, &installed.deployment);
  REQUIRE(record.state == journal::OperationState::succeeded);
  installed.world.engine.containers.at(installed.id_of("migrate")).details.status =
      agent::docker::ContainerStatus::running;

  CHECK(find(installed.plan(&with_job), StepKind::await_healthy, "migrate") == nullptr);
  const auto resumed = installed.plan(&with_job, {.resumed = true});

  CHECK(find(resumed, StepKind::await_healthy, "migrate") != nullptr);
  CHECK(find(resumed, StepKind::await_healthy, "web") == nullptr);
}

TEST_CASE("a stop gets the time that the container asks for") {
  auto slow = test_container("db");
  slow.stop_timeout = std::chrono::seconds(300);
  Installed installed(test_application({slow}));

  const auto plan = installed.plan(nullptr);

  CHECK(find(plan, StepKind::stop_container, "db")->grace == std::chrono::seconds(300));
}

TEST_CASE("dependencies in a circle are refused with the circle") {
  const auto desired =
      desired_for_test(test_application({test_container("a", {"b"}), test_container("b", {"a"})}));

  const auto plan = make_plan({.app = "shop"}, &desired, nullptr, {});

  REQUIRE_FALSE(plan);
  CHECK(plan.error().reason == "dependency_circle");
  CHECK(plan.error().message.find("a -> b -> a") != std::string::npos);
}

TEST_CASE("every step refers only to earlier ones") {
  Installed installed(two_containers());
  auto changed = two_containers();
  changed.containers[0].env[0].value = "loud";
  for (const auto& plan : {fresh_plan(two_containers()),
                           installed.plan(&changed),
                           installed.plan(nullptr, {.purge = true})}) {
    for (std::size_t index = 0; index < plan.steps.size(); ++index) {
      CHECK(plan.steps[index].id == static_cast<int>(index));
      for (const int before : plan.steps[index].after) {
        CHECK(before < plan.steps[index].id);
      }
    }
  }
}

TEST_CASE("the fingerprint ignores what changes by itself and notices what matters") {
  Installed installed(two_containers());
  auto& engine = installed.world.engine;
  auto& db = engine.containers.at(installed.id_of("db")).details;
  const auto before = installed.plan(&installed.deployment).fingerprint;
  bool same = false;
  SUBCASE("times, pids, health, restarts") {
    db.pid = 77;
    db.started = base::WallTime(std::chrono::hours(1));
    db.health = agent::docker::HealthStatus::unhealthy;
    db.restart_count = 4;
    db.status = agent::docker::ContainerStatus::restarting;
    same = true;
  }
  SUBCASE("stopped") {
    db.status = agent::docker::ContainerStatus::exited;
  }
  SUBCASE("policy") {
    db.restart = {};
  }
  SUBCASE("a volume") {
    engine.volumes.erase("shop_data");
  }
  SUBCASE("an image") {
    engine.images["shop/db:1"] = "sha256:other";
  }
  SUBCASE("a network") {
    engine.networks.clear();
  }

  const auto after = installed.plan_as_is(&installed.deployment).fingerprint;

  CHECK((before == after) == same);
}

TEST_SUITE_END();

}  // namespace
