#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <future>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::EngineUnderTest;

namespace {

std::vector<LogLine> log_of(EngineUnderTest& engine, const std::string& id, const LogQuery& query) {
  std::vector<LogLine> lines;
  const auto read = engine->read_logs(id,
                                      query,
                                      [&](const LogLine& line) {
                                        lines.push_back(line);
                                        return true;
                                      },
                                      {});
  REQUIRE_MESSAGE(read, read.error().message);
  return lines;
}

// One file in a tar archive, by hand: this folder's library makes none.
std::string tar_of(const std::string& name, const std::string& text) {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& field) {
    std::copy(field.begin(), field.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0023421");  // uid 10001
  put(116, "0023421");
  put(124, fmt::format("{:011o}", text.size()));
  put(136, "14514000000");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  unsigned sum = 0;
  for (const char c : header) {
    sum += static_cast<unsigned char>(c);
  }
  put(148, fmt::format("{:06o}", sum) + '\0' + ' ');
  std::string padded = text;
  padded.resize((text.size() + 511) / 512 * 512);
  return header + padded + std::string(1024, '\0');
}

}  // namespace

TEST_CASE("a container is created, started, read, waited for and removed") {
  EngineUnderTest engine;
  const auto spec = engine.spec({"sh", "-c", "echo to out; echo to err >&2; exit 7"});
  const auto id = engine.create(spec);

  const auto before = engine->inspect_container(id, {});
  REQUIRE(engine->start_container(id, {}));
  const auto code = engine->wait_container(id, WaitCondition::not_running, {});
  const auto after = engine->inspect_container(spec.name, {});
  const auto lines = log_of(engine, id, {});

  REQUIRE(before);
  CHECK(before->status == ContainerStatus::created);
  REQUIRE(code);
  CHECK(*code == 7);
  REQUIRE(after);
  CHECK(after->status == ContainerStatus::exited);
  CHECK(after->exit_code == 7);
  CHECK(after->labels.at("slipway-test") == engine.labels().at("slipway-test"));
  REQUIRE(lines.size() == 2);
  for (const auto& line : lines) {
    CHECK(line.text == (line.stream == OutputStream::out ? "to out" : "to err"));
    CHECK_FALSE(line.timestamp.empty());
  }
  REQUIRE(engine->remove_container(id, Force::no, VolumeRemoval::anonymous, {}));
  const auto gone = engine->inspect_container(id, {});
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == ErrorCode::not_found);
}

TEST_CASE("every option that this engine takes is in what it describes") {
  EngineUnderTest engine;
  const auto network = engine.name("net");
  engine.network(network);
  auto spec = engine.spec({"sleep", "600"});
  spec.environment = {{"GREETING", "hello"}};
  spec.user = "65534:65534";
  spec.hostname = "inside";
  spec.extra_hosts = {"elsewhere:10.9.8.7"};
  spec.ports = {{.container_port = 80, .host_ip = "127.0.0.1"}};
  spec.mounts = {{.kind = MountKind::tmpfs, .target = "/scratch", .tmpfs_size = 1 << 20}};
  spec.networks = {{.network = network, .aliases = {"alias-one"}}};
  spec.restart = {RestartKind::unless_stopped};
  spec.cap_drop = {"ALL"};
  spec.cap_add = {"NET_BIND_SERVICE"};
  spec.security_options = {"no-new-privileges"};
  spec.readonly_rootfs = true;
  spec.ulimits = {{.name = "nofile", .soft = 512, .hard = 1024}};
  spec.shm_size = 1 << 20;
  spec.memory = 64 << 20;
  spec.cpu_shares = 256;
  spec.pids_limit = 64;
  spec.stop_signal = "SIGKILL";
  spec.stop_timeout = std::chrono::seconds(3);
  spec.init = true;
  spec.log = {.driver = "json-file", .options = {{"max-size", "1m"}}};
  const auto id = engine.start(spec);

  const auto details = engine->inspect_container(id, {});
  const auto inside =
      run_in(*engine,
             id,
             {.argv = {"sh",
                       "-c",
                       "echo $GREETING; hostname; id -u; ulimit -Hn; grep -c elsewhere /etc/hosts; "
                       "touch /x 2>/dev/null || echo read-only; touch /scratch/x && echo scratch"}},
             {});

  REQUIRE(details);
  CHECK(details->running());
  CHECK(details->restart.kind == RestartKind::unless_stopped);
  CHECK_FALSE(details->networks.at(network).ipv4.empty());
  REQUIRE(details->ports.size() == 1);
  CHECK(details->ports[0].host_port != 0);
  REQUIRE_MESSAGE(inside, inside.error().message);
  CHECK(inside->output == "hello\ninside\n65534\n1024\n1\nread-only\nscratch\n");
  REQUIRE(engine->update_restart_policy(id, {RestartKind::no}, {}));
  CHECK(engine->inspect_container(id, {})->restart.kind == RestartKind::no);
}

TEST_CASE("starting, stopping and killing tell what they found") {
  EngineUnderTest engine;
  const auto id = engine.start(engine.spec({"sleep", "600"}));

  CHECK(engine->start_container(id, {}));  // It runs already.
  CHECK(engine->stop_container(id, std::chrono::seconds(0), {}));
  CHECK(engine->stop_container(id, std::chrono::seconds(0), {}));  // It has stopped already.
  const auto killed = engine->kill_container(id, "SIGTERM", {});
  CHECK(engine->restart_container(id, std::chrono::seconds(0), {}));
  const auto renamed = engine->rename_container(id, engine.name("renamed"), {});

  REQUIRE_FALSE(killed);
  CHECK(killed.error().code == ErrorCode::conflict);
  CHECK(engine->inspect_container(id, {})->running());
  CHECK(renamed);
}

TEST_CASE("a name in use and an image that is missing are told apart") {
  EngineUnderTest engine;
  auto spec = engine.spec({"true"});
  engine.create(spec);

  const auto again = engine->create_container(spec, {});
  spec.name = engine.name("other");
  spec.image = "slipway-test/none:1";
  const auto no_image = engine->create_container(spec, {});

  REQUIRE_FALSE(again);
  CHECK(again.error().reason == "name_in_use");
  REQUIRE_FALSE(no_image);
  CHECK(no_image.error().code == ErrorCode::not_found);
}

TEST_CASE("a host port in use is named as the reason") {
  EngineUnderTest engine;
  auto first = engine.spec({"sleep", "600"});
  first.ports = {{.container_port = 80, .host_ip = "127.0.0.1"}};
  const auto details = engine->inspect_container(engine.start(first), {});
  REQUIRE(details);
  auto second = engine.spec({"sleep", "600"});
  second.ports = {
      {.container_port = 80, .host_ip = "127.0.0.1", .host_port = details->ports.at(0).host_port}};
  const auto id = engine.create(second);

  const auto started = engine->start_container(id, {});

  REQUIRE_FALSE(started);
  CHECK(started.error().reason == "port_in_use");
}

TEST_CASE("health appears in inspect and in the list") {
  EngineUnderTest engine;
  auto spec = engine.spec({"sleep", "600"});
  spec.healthcheck = Healthcheck{.test = {"CMD", "true"},
                                 .interval = std::chrono::seconds(1),
                                 .timeout = std::chrono::seconds(20),
                                 .retries = 3};
  const auto id = engine.create(spec);
  std::promise<void> healthy;
  std::promise<void> open;
  std::stop_source stop;
  auto watching = std::async(std::launch::async, [&] {
    return engine->stream_events(
        {.types = {"container"}, .labels = {engine.label()}},
        [&] {
          open.set_value();
          return true;
        },
        [&](const Event& event) { return event.action != "health_status: healthy"; },
        {.stop = stop.get_token()});
  });
  open.get_future().wait();
  REQUIRE(engine->start_container(id, {}));
  REQUIRE(watching.wait_for(std::chrono::minutes(1)) == std::future_status::ready);
  REQUIRE(watching.get());

  const auto list = engine->list_containers({.labels = {engine.label()}}, {});
  const auto details = engine->inspect_container(id, {});

  REQUIRE(list);
  REQUIRE(list->size() == 1);
  CHECK(list->front().health == HealthStatus::healthy);
  REQUIRE(details);
  CHECK(details->health == HealthStatus::healthy);
}

TEST_CASE("a log is followed to the end of its container, from where it was asked for") {
  EngineUnderTest engine;
  const auto id =
      engine.start(engine.spec({"sh", "-c", "echo one; echo two; echo three; sleep 1; echo four"}));
  std::vector<std::string> texts;

  const auto read = engine->read_logs(id,
                                      {.follow = true},
                                      [&](const LogLine& line) {
                                        texts.push_back(line.text);
                                        return true;
                                      },
                                      {});
  const auto tail = log_of(engine, id, {.tail = 2});

  REQUIRE_MESSAGE(read, read.error().message);
  CHECK(texts == std::vector<std::string>{"one", "two", "three", "four"});
  REQUIRE(tail.size() == 2);
  CHECK(tail[0].text == "three");
}

TEST_CASE("a line longer than the engine's messages is one line") {
  EngineUnderTest engine;
  const auto id = engine.start(
      engine.spec({"sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x; echo; echo short"}));
  REQUIRE(engine->wait_container(id, WaitCondition::not_running, {}));

  const auto lines = log_of(engine, id, {});

  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == std::string(100000, 'x'));
  CHECK(lines[1].text == "short");
}

TEST_CASE("the log of a container with a TTY is lines too") {
  EngineUnderTest engine;
  auto spec = engine.spec({"sh", "-c", "echo one; echo two"});
  spec.tty = true;
  const auto id = engine.start(spec);
  REQUIRE(engine->wait_container(id, WaitCondition::not_running, {}));

  const auto lines = log_of(engine, id, {});

  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "one");
  CHECK(lines[1].text == "two");
}

TEST_CASE("a sample has figures of a container that runs") {
  EngineUnderTest engine;
  const auto id = engine.start(engine.spec({"sleep", "600"}));

  const auto stats = engine->sample_stats(id, {});

  REQUIRE_MESSAGE(stats, stats.error().message);
  CHECK(stats->system_cpu_nanoseconds > 0);
}

TEST_CASE("a file is put into a container that has not started, and read back") {
  EngineUnderTest engine;
  auto spec = engine.spec({"sh", "-c", "cat /tmp/settings; stat -c %u:%a /tmp/settings"});
  const auto id = engine.create(spec);
  const auto tar = tar_of("settings", "key: value\n");
  std::string read_back;

  const auto put = engine->put_archive(id, "/tmp", base::http::body_of(tar), {});
  const auto got = engine->get_archive(id,
                                       "/tmp/settings",
                                       [&](std::string_view bytes) {
                                         read_back += bytes;
                                         return true;
                                       },
                                       {});
  const auto nowhere = engine->put_archive(id, "/no/such/folder", base::http::body_of(tar), {});
  REQUIRE(engine->start_container(id, {}));
  REQUIRE(engine->wait_container(id, WaitCondition::not_running, {}));
  const auto lines = log_of(engine, id, {});

  REQUIRE_MESSAGE(put, put.error().message);
  REQUIRE_MESSAGE(got, got.error().message);
  CHECK(read_back.find("key: value\n") != std::string::npos);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == ErrorCode::not_found);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "key: value");
  CHECK(lines[1].text == "10001:644");
}
