#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::EngineUnderTest;

TEST_CASE("the engine says who it is") {
  EngineUnderTest engine;

  const auto version = engine->ping({});
  const auto info = engine->info({});

  REQUIRE(version);
  CHECK(version->negotiated >= k_oldest_api);
  REQUIRE(info);
  CHECK_FALSE(info->server_version.empty());
  CHECK(info->cpus > 0);
  CHECK(info->memory_bytes > 0);
}

TEST_CASE("containers of two networks find each other by alias") {
  EngineUnderTest engine;
  const auto first = engine.name("net");
  const auto second = engine.name("net");
  engine.network(first);
  engine.network(second);
  auto server = engine.spec({"sleep", "600"});
  server.networks = {{.network = first, .aliases = {"database"}},
                     {.network = second, .aliases = {"cache"}}};
  const auto id = engine.start(server);
  auto client = engine.spec({"sleep", "600"});
  client.networks = {{.network = second}};
  const auto other = engine.start(client);

  const auto details = engine->inspect_container(id, {});
  const auto found = run_in(*engine, other, {.argv = {"ping", "-c", "1", "-W", "5", "cache"}}, {});
  const auto hidden =
      run_in(*engine, other, {.argv = {"ping", "-c", "1", "-W", "1", "database"}}, {});

  REQUIRE(details);
  CHECK(details->networks.size() == 2);
  REQUIRE(found);
  CHECK_MESSAGE(found->exit_code == 0, found->output);
  REQUIRE(hidden);
  CHECK(hidden->exit_code != 0);
}

TEST_CASE("an alias is given and taken while a container runs") {
  EngineUnderTest engine;
  const auto network = engine.name("net");
  const auto network_id = engine.network(network);
  const auto id = engine.start(engine.spec({"sleep", "600"}));

  const auto connected = engine->connect_network(id, {.network = network, .aliases = {"late"}}, {});
  const auto with = engine->inspect_network(network_id, {});
  const auto in_use = engine->remove_network(network_id, {});
  const auto disconnected = engine->disconnect_network(id, network, {});
  const auto without = engine->inspect_network(network_id, {});

  REQUIRE_MESSAGE(connected, connected.error().message);
  REQUIRE(with);
  REQUIRE(with->members.size() == 1);
  CHECK(with->members[0].container_id == id);
  REQUIRE_FALSE(in_use);
  CHECK(in_use.error().code == ErrorCode::conflict);
  REQUIRE(disconnected);
  REQUIRE(without);
  CHECK(without->members.empty());
}

TEST_CASE("networks and volumes are listed by label and known by name") {
  EngineUnderTest engine;
  const auto network = engine.name("net");
  const auto volume = engine.name("volume");
  engine.network(network);
  engine.volume(volume);

  const auto networks = engine->list_networks({engine.label()}, {});
  const auto volumes = engine->list_volumes({engine.label()}, {});
  const auto again = engine->create_network({.name = network}, {});

  REQUIRE(networks);
  REQUIRE(networks->size() == 1);
  CHECK(networks->front().name == network);
  REQUIRE(volumes);
  REQUIRE(volumes->size() == 1);
  CHECK(volumes->front().name == volume);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::conflict);
}

TEST_CASE("a volume keeps its files between containers, and goes only when nobody has it") {
  EngineUnderTest engine;
  const auto volume = engine.volume(engine.name("volume"));
  auto writer = engine.spec({"sh", "-c", "echo kept >/data/file"});
  writer.mounts = {{.kind = MountKind::volume, .source = volume, .target = "/data"}};
  auto reader = engine.spec({"sh", "-c", "cat /data/file && ! touch /data/x 2>/dev/null"});
  reader.mounts = {{.kind = MountKind::volume,
                    .source = volume,
                    .target = "/data",
                    .access = MountAccess::read_only}};

  REQUIRE(engine->wait_container(engine.start(writer), WaitCondition::not_running, {}));
  const auto id = engine.start(reader);
  const auto code = engine->wait_container(id, WaitCondition::not_running, {});
  const auto in_use = engine->remove_volume(volume, {});

  REQUIRE(code);
  CHECK(*code == 0);
  REQUIRE_FALSE(in_use);
  CHECK(in_use.error().code == ErrorCode::conflict);
  CHECK(engine->inspect_container(id, {})->mounts.at(0).name == volume);
}
