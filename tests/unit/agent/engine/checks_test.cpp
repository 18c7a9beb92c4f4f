#include "agent/engine/checks.hpp"

#include "agent/base/fs/fd.hpp"
#include "agent/engine/planner.hpp"
#include "tests/support/agent/engine/fake_host.hpp"
#include "tests/support/agent/engine/operation_world.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using base::ErrorCode;
namespace docker = agent::docker;
namespace render = agent::render;

struct Fixture {
  OperationWorld world;
  FakeHost host;

  static render::Deployment with_port() {
    auto web = test_container("web");
    web.ports = {{.container_port = 80, .host_port = 8080}};
    return test_application({web});
  }

  base::Status check_apply(const render::Deployment& deployment) {
    const auto desired = desired_for_test(deployment);
    const auto observation = observe_for(world.engine, *world.journal, "shop", &desired);
    const auto plan = make_plan(*observation, &desired, nullptr, {});
    return check(
        {.engine = world.engine, .images = *world.images, .host = host, .state_dir = "/state"},
        *plan,
        *observation,
        desired);
  }
};

TEST_SUITE_BEGIN("agent.engine.checks");

TEST_CASE_FIXTURE(Fixture, "what is in order passes and changes nothing") {
  world.provide_images(with_port());

  CHECK(check_apply(with_port()));
  CHECK(world.engine.changes.empty());
}

TEST_CASE_FIXTURE(Fixture, "a missing image without a registry is named, with what to do") {
  const auto status = check_apply(with_port());

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::not_found);
  CHECK(status.error().reason == "image_missing");
  CHECK(status.error().message.find("shop/web:1") != std::string::npos);
  CHECK_FALSE(status.error().hint.empty());
}

TEST_CASE_FIXTURE(Fixture, "a port that a process holds names port, container and process") {
  world.provide_images(with_port());
  host.taken[8080] = "process nginx (pid 812)";

  const auto status = check_apply(with_port());

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::conflict);
  CHECK(status.error().reason == "port_in_use");
  CHECK(status.error().message.find("8080") != std::string::npos);
  CHECK(status.error().message.find("web") != std::string::npos);
  CHECK(status.error().message.find("nginx (pid 812)") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a port that somebody else's container holds names that") {
  world.provide_images(with_port());
  world.engine.images["other"] = "sha256:other";
  REQUIRE(world.engine.create_container(
      {.name = "neighbour", .image = "other", .ports = {{.container_port = 1, .host_port = 8080}}},
      {}));
  REQUIRE(world.engine.start_container("neighbour", {}));

  const auto status = check_apply(with_port());

  REQUIRE_FALSE(status);
  CHECK(status.error().message.find("container neighbour") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a port that our own container holds is free for its successor") {
  const auto before = with_port();
  world.apply(before);
  host.taken[8080] = "process docker-proxy";
  auto after = before;
  after.containers[0].env[0].value = "loud";

  CHECK(check_apply(after));
}

TEST_CASE_FIXTURE(Fixture,
                  "a port that our container had before it was stopped can be taken since") {
  const auto deployment = with_port();
  world.apply(deployment);
  REQUIRE(world.engine.stop_container(world.engine.by_key("web")->details.id, std::nullopt, {}));
  host.taken[8080] = "process nginx (pid 812)";

  const auto status = check_apply(deployment);

  REQUIRE_FALSE(status);
  CHECK(status.error().reason == "port_in_use");
}

TEST_CASE_FIXTURE(Fixture, "the same port of another address is somebody else's business") {
  auto deployment = with_port();
  deployment.containers[0].ports[0].host_address = "127.0.0.1";
  world.provide_images(deployment);
  world.engine.images["other"] = "sha256:other";
  REQUIRE(world.engine.create_container(
      {.name = "neighbour",
       .image = "other",
       .ports = {{.container_port = 1, .host_ip = "127.0.0.2", .host_port = 8080}}},
      {}));
  REQUIRE(world.engine.start_container("neighbour", {}));

  CHECK(check_apply(deployment));
}

TEST_CASE_FIXTURE(Fixture, "a full disk is refused") {
  world.provide_images(with_port());
  host.free["/state"] = 1U << 20U;

  const auto status = check_apply(with_port());

  REQUIRE_FALSE(status);
  CHECK(status.error().reason == "disk_full");
  CHECK(status.error().message.find("/state") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a network of somebody else must be there") {
  auto deployment = with_port();
  deployment.networks.push_back({.name = "backbone", .external = true});
  world.provide_images(deployment);

  const auto status = check_apply(deployment);

  REQUIRE_FALSE(status);
  CHECK(status.error().reason == "network_missing");
}

TEST_CASE_FIXTURE(Fixture, "nothing to do needs no check") {
  const auto deployment = with_port();
  world.apply(deployment);
  host.free["/state"] = 0;

  CHECK(check_apply(deployment));
}

TEST_CASE("the system knows which process holds a port") {
  const base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  auto* generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the sockets interface.
  REQUIRE(::bind(socket.get(), generic, sizeof address) == 0);
  REQUIRE(::listen(socket.get(), 1) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket.get(), generic, &size) == 0);

  const auto holder =
      make_host_facts()->port_holder("127.0.0.1", ntohs(address.sin_port), docker::Protocol::tcp);

  REQUIRE(holder);
  CHECK(holder->text.find("pid " + std::to_string(::getpid())) != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
