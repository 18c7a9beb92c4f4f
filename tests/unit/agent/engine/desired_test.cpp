#include "agent/engine/desired.hpp"

#include "tests/support/agent/engine/test_application.hpp"

#include <doctest/doctest.h>

namespace {

using agent::engine::desired_for_test;
using agent::engine::desired_of;
using agent::engine::ProbeKind;
using agent::engine::Role;
using agent::engine::test_application;
using agent::engine::test_container;
using agent::engine::test_event;
using agent::engine::test_job;
using agent::engine::two_containers;
namespace docker = agent::docker;
namespace render = agent::render;

TEST_SUITE_BEGIN("agent.engine.desired");

TEST_CASE("a container is named by application, service and specification, and labelled as ours") {
  const auto desired = desired_for_test(test_application({test_container("web")}));

  const auto& web = desired.containers.at(0);
  CHECK(web.spec.name == "shop-web-" + web.spec_hash.substr(0, 8));
  CHECK(web.spec.labels.at("io.slipway.app") == "shop");
  CHECK(web.spec.labels.at("io.slipway.container") == "web");
  CHECK(web.spec.labels.at("io.slipway.spec") == web.spec_hash);
  CHECK(web.spec.labels.at("io.slipway.role") == "service");
  CHECK(web.spec.labels.at("io.slipway.deployment") == desired.deployment.value);
}

TEST_CASE("a name that the manifest insists on is kept") {
  auto web = test_container("web");
  web.docker_name = "the-web";

  const auto desired = desired_for_test(test_application({web}));

  CHECK(desired.containers.at(0).spec.name == "the-web");
}

TEST_CASE("the label cannot be recomputed without the key") {
  const auto deployment = test_application({test_container("web")});

  const auto one = desired_of(deployment, std::string(32, '1'));
  const auto other = desired_of(deployment, std::string(32, '2'));

  CHECK(one->containers.at(0).spec_hash != other->containers.at(0).spec_hash);
}

TEST_CASE("what Docker fixes at creation changes the hash, what can be changed later does not") {
  const auto before = desired_for_test(test_application({test_container("web")}));
  auto changed = test_container("web");
  bool differs = true;
  SUBCASE("environment") {
    changed.env[0].value = "loud";
  }
  SUBCASE("image") {
    changed.image.tag = "2";
  }
  SUBCASE("port") {
    changed.ports = {{.container_port = 80, .host_port = 8080}};
  }
  SUBCASE("memory") {
    changed.memory_bytes = 1U << 20U;
  }
  SUBCASE("configuration") {
    agent::engine::add_config(changed, "a");
  }
  SUBCASE("restart policy") {
    changed.restart = {};
    differs = false;
  }
  SUBCASE("probe over the network") {
    changed.health = render::Health{.kind = render::HealthKind::tcp, .port = 80};
    differs = false;
  }
  SUBCASE("order") {
    changed.update.order = render::UpdateOrder::start_first;
    differs = false;
  }

  const auto after = desired_for_test(test_application({changed}));

  CHECK((before.containers[0].spec_hash != after.containers[0].spec_hash) == differs);
}

TEST_CASE("always becomes unless-stopped, and a container is created without a policy") {
  const auto desired = desired_for_test(test_application({test_container("web")}));

  CHECK(desired.containers[0].restart.kind == docker::RestartKind::unless_stopped);
  CHECK(desired.containers[0].spec.restart.kind == docker::RestartKind::no);
}

TEST_CASE("a container whose end others wait for is a job") {
  auto migrate = test_container("migrate");
  migrate.restart = {};
  migrate.publish_events = {test_event(render::EventTrigger::container_stop, {"web"})};

  const auto desired = desired_for_test(test_application({migrate, test_container("web")}));

  CHECK(desired.container("migrate")->role == Role::job);
  REQUIRE(desired.container("web")->triggers.size() == 1);
  CHECK(desired.container("web")->triggers[0].container == "migrate");
}

TEST_CASE("an ephemeral container is a job and is never restarted") {
  auto job = test_job("once");
  job.restart = {.policy = render::RestartPolicy::always};

  const auto desired = desired_for_test(test_application({job}));

  CHECK(desired.containers[0].role == Role::job);
  CHECK(desired.containers[0].restart == docker::RestartPolicy{});
}

TEST_CASE("a configuration directory is a read-only volume named by its content") {
  const auto desired = desired_for_test(two_containers());

  REQUIRE(desired.config_volumes.size() == 1);
  const auto& config = desired.config_volumes[0];
  CHECK(config.volume.labels.at("io.slipway.role") == "config");
  CHECK(config.image == "shop/api:1");
  const auto& mount = desired.container("api")->spec.mounts.at(0);
  CHECK(mount.source == config.volume.name);
  CHECK(mount.access == docker::MountAccess::read_only);
}

TEST_CASE("sharing another container's network uses its name and follows its changes") {
  auto web = test_container("web");
  auto side = test_container("side");
  side.networks.clear();
  side.network_mode = "container:web";
  const auto before = desired_for_test(test_application({side, web}));
  web.env[0].value = "loud";

  const auto after = desired_for_test(test_application({side, web}));

  CHECK(before.container("side")->spec.network_mode ==
        "container:" + before.container("web")->spec.name);
  CHECK(before.container("side")->spec_hash != after.container("side")->spec_hash);
}

TEST_CASE("an exec health check is Docker's, one over the network is the agent's") {
  auto web = test_container("web");
  web.health = render::Health{.kind = render::HealthKind::exec, .argv = {"/bin/check"}};
  auto api = test_container("api");
  api.health = render::Health{.kind = render::HealthKind::http, .path = "/ping", .port = 80};

  const auto desired = desired_for_test(test_application({web, api}));

  const auto& check = desired.container("web")->spec.healthcheck;
  REQUIRE(check);
  CHECK(check->test == std::vector<std::string>{"CMD", "/bin/check"});
  CHECK(desired.container("api")->probe.kind == ProbeKind::http);
  CHECK_FALSE(desired.container("api")->spec.healthcheck);
}

TEST_CASE("a ready probe's URL becomes an address") {
  auto deployment = test_application({test_container("web")});
  deployment.ready = render::ReadyProbe{.kind = render::ReadyKind::http_status_code,
                                        .url = "http://localhost:8080/-/ping",
                                        .expected_code = 204};

  const auto desired = desired_for_test(deployment);

  CHECK(desired.ready.address == "127.0.0.1");
  CHECK(desired.ready.port == 8080);
  CHECK(desired.ready.path == "/-/ping");
  CHECK(desired.ready.status == 204);
}

TEST_CASE("a ready probe that cannot be asked is refused") {
  auto deployment = test_application({test_container("web")});
  deployment.ready = render::ReadyProbe{.kind = render::ReadyKind::http_status_code};
  SUBCASE("other scheme") {
    deployment.ready->url = "ftp://localhost/";
  }
  SUBCASE("bad port") {
    deployment.ready->url = "http://localhost:x/";
  }
  SUBCASE("a break into the request") {
    deployment.ready->url = "http://localhost/a\r\nHost: b";
  }

  CHECK_FALSE(desired_of(deployment, std::string(32, 'k')));
}

TEST_SUITE_END();

}  // namespace
