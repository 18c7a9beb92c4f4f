// Answers as real engines give them, and as the specification describes those of newer ones.
#include "agent/docker/decode.hpp"
#include "agent/docker/json_splitter.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using tests::recorded_answer;

namespace {

std::vector<Event> events_of(const std::string& stream) {
  std::vector<Event> events;
  JsonSplitter splitter;
  const auto fed = splitter.feed(stream, [&](std::string_view object) {
    auto event = decode_event(object);
    REQUIRE(event);
    events.push_back(*std::move(event));
    return true;
  });
  REQUIRE(fed);
  return events;
}

}  // namespace

TEST_CASE("engine 26 describes a running container") {
  const auto details = decode_container(recorded_answer("engine-26/container.json"));

  REQUIRE(details);
  CHECK(details->name == "sample");
  CHECK(details->image == "slipway-test/busybox:1");
  CHECK(details->image_id.starts_with("sha256:"));
  CHECK(details->running());
  CHECK(details->health == HealthStatus::healthy);
  CHECK(details->pid > 0);
  CHECK(details->started.has_value());
  CHECK_FALSE(details->finished.has_value());
  CHECK(details->labels.at("a") == "b");
  CHECK(details->networks.at("sample").ipv4 == "10.250.17.2");
  CHECK(details->networks.at("sample").aliases == std::vector<std::string>{"first", "second"});
  CHECK(details->restart == RestartPolicy{RestartKind::on_failure, 3});
  CHECK(details->log_driver == "json-file");
  CHECK_FALSE(details->tty);
}

TEST_CASE("engine 26 describes ports and mounts") {
  const auto details = decode_container(recorded_answer("engine-26/container.json"));

  REQUIRE(details);
  REQUIRE(details->ports.size() == 1);
  CHECK(details->ports[0].container_port == 80);
  CHECK(details->ports[0].host_port == 18080);
  CHECK(details->ports[0].host_ip == "127.0.0.1");
  REQUIRE(details->mounts.size() == 2);
  CHECK(details->mounts[0].name == "sample-data");
  CHECK(details->mounts[0].target == "/data");
  CHECK(details->mounts[0].access == MountAccess::read_write);
  CHECK(details->mounts[1].kind == MountKind::tmpfs);
}

TEST_CASE("engine 26 describes a container that was killed") {
  const auto details = decode_container(recorded_answer("engine-26/container-stopped.json"));

  REQUIRE(details);
  CHECK(details->status == ContainerStatus::exited);
  CHECK(details->exit_code == 137);
  CHECK(details->pid == 0);
  CHECK(details->finished.has_value());
}

TEST_CASE("engine 26 tells health in a list by the status text alone") {
  const auto list = decode_containers(recorded_answer("engine-26/containers.json"));

  REQUIRE(list);
  REQUIRE(list->size() == 1);
  CHECK(list->front().name == "sample");
  CHECK(list->front().status == ContainerStatus::running);
  CHECK(list->front().health == HealthStatus::healthy);
  CHECK(list->front().networks == std::vector<std::string>{"sample"});
  REQUIRE(list->front().ports.size() == 1);  // The port that is exposed and not published is none.
  CHECK(list->front().ports[0].host_port == 18080);
}

TEST_CASE("engine 26 describes itself") {
  const auto info = decode_info(recorded_answer("engine-26/info.json"));

  REQUIRE(info);
  CHECK(info->server_version == "26.1.5+dfsg1");
  CHECK(info->storage_driver == "overlay2");
  CHECK_FALSE(info->containerd_store);
  CHECK(info->cgroup_version == "1");
  CHECK(info->cpus == 2);
  CHECK(info->containers_running == 1);
  CHECK_FALSE(info->swarm_active);
}

TEST_CASE("engine 26 samples a container") {
  const auto stats = decode_stats(recorded_answer("engine-26/stats.json"));

  REQUIRE(stats);
  CHECK(stats->cpu_nanoseconds > 0);
  CHECK(stats->system_cpu_nanoseconds > stats->cpu_nanoseconds);
  CHECK(stats->online_cpus == 2);
  CHECK(stats->memory_bytes > 0);
  CHECK(stats->memory_limit > stats->memory_bytes);
  CHECK(stats->pids == 1);
}

TEST_CASE("engine 26 describes images, networks and volumes") {
  const auto image = decode_image(recorded_answer("engine-26/image.json"));
  const auto images = decode_images(recorded_answer("engine-26/images.json"));
  const auto network = decode_network(recorded_answer("engine-26/network.json"));
  const auto networks = decode_networks(recorded_answer("engine-26/networks.json"));
  const auto volumes = decode_volumes(recorded_answer("engine-26/volumes.json"));

  REQUIRE(image);
  CHECK(image->tags == std::vector<std::string>{"slipway-test/busybox:1"});
  CHECK(image->layers.size() == 1);
  CHECK(image->command == std::vector<std::string>{"/bin/sh"});
  CHECK_FALSE(image->has_healthcheck);
  REQUIRE(images);
  CHECK(images->front().id == image->id);
  REQUIRE(network);
  CHECK(network->labels.at("a") == "b");
  CHECK(network->subnets == std::vector<std::string>{"10.250.17.0/24"});
  REQUIRE(network->members.size() == 1);
  CHECK(network->members[0].ipv4 == "10.250.17.2/24");
  REQUIRE(networks);
  CHECK(networks->size() == 4);  // bridge, host, none and ours.
  REQUIRE(volumes);
  REQUIRE(volumes->size() == 1);
  CHECK(volumes->front().labels.at("a") == "b");
}

TEST_CASE("engine 26 tells how an exec and a wait ended") {
  const auto exec = decode_exec(recorded_answer("engine-26/exec.json"));
  const auto wait = decode_wait(recorded_answer("engine-26/wait.json"));

  REQUIRE(exec);
  CHECK_FALSE(exec->running);
  CHECK(exec->exit_code == 3);
  REQUIRE(wait);
  CHECK(*wait == 137);
}

TEST_CASE("engine 26 tells the life of a container as events") {
  const auto events = events_of(recorded_answer("engine-26/events.stream"));

  const auto has = [&](std::string_view action) {
    return std::any_of(events.begin(), events.end(), [&](const Event& event) {
      return event.type == "container" && event.action == action &&
             event.attributes.count("name") == 1 && event.time_nanoseconds > 0;
    });
  };
  for (const auto* action :
       {"create", "start", "health_status: healthy", "kill", "die", "destroy"}) {
    CAPTURE(action);
    CHECK(has(action));
  }
}

TEST_CASE("a container of 1.52 has its addresses per network and its ports per address") {
  const auto details = decode_container(recorded_answer("specification-1.52/container.json"));

  REQUIRE(details);
  CHECK(details->networks.at("sample").ipv4 == "172.18.0.2");
  CHECK(details->networks.at("other").ipv6 == "fd00::5");
  CHECK(details->health == HealthStatus::unhealthy);
  CHECK(details->failing_streak == 4);
  CHECK(details->last_health_output == "connection refused");
  CHECK(details->restart_count == 2);
  CHECK(details->tty);
  CHECK(details->restart.kind == RestartKind::unless_stopped);
  REQUIRE(details->mounts.size() == 1);
  CHECK(details->mounts[0].kind == MountKind::bind);
  CHECK(details->mounts[0].access == MountAccess::read_only);
  REQUIRE(details->ports.size() == 3);
  CHECK(details->ports[0].protocol == Protocol::udp);
  CHECK(details->ports[0].host_port == 5353);
  CHECK(details->ports[2].host_ip == "::");
}

TEST_CASE("a list of 1.52 has health as a field and may leave out the rest") {
  const auto list = decode_containers(recorded_answer("specification-1.52/containers.json"));

  REQUIRE(list);
  REQUIRE(list->size() == 2);
  CHECK(list->at(0).name == "one");
  CHECK(list->at(0).health == HealthStatus::healthy);
  CHECK(list->at(1).health == HealthStatus::none);
  CHECK(list->at(1).labels.empty());
}

TEST_CASE("an engine of 1.52 with the containerd store says so") {
  const auto info = decode_info(recorded_answer("specification-1.52/info.json"));

  REQUIRE(info);
  CHECK(info->containerd_store);
  CHECK(info->live_restore);
  CHECK(info->warnings.empty());
}

TEST_CASE("events of 1.52 come without their old fields") {
  const auto events = events_of(recorded_answer("specification-1.52/events.stream"));

  REQUIRE(events.size() == 2);
  CHECK(events[0].id == "aaaa");
  CHECK(events[0].attributes.at("a") == "b");
  CHECK(events[1].action == "health_status: healthy");
  CHECK(events[1].time_nanoseconds == 1762768801000000002);
}

TEST_CASE("answers that make no sense are errors, not crashes") {
  for (const auto* text :
       {"", "null", "[]", "7", "{", R"({"Id":7})", R"({"State":[]})", "\xff\xfe"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_container(text));
    CHECK_FALSE(decode_created_id(text));
    CHECK_FALSE(decode_wait(text));
    static_cast<void>(decode_info(text));
    static_cast<void>(decode_image(text));
    static_cast<void>(decode_networks(text));
    static_cast<void>(decode_stats(text));
    static_cast<void>(decode_event(text));
    static_cast<void>(decode_message(text));
  }
}
