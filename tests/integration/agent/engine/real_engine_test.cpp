// The lifecycle on a real engine, whose socket it reaches through a proxy that records every call.
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/engine/agent_lifecycle.hpp"
#include "agent/snapshot/unconfigured_snapshots.hpp"
#include "tests/integration/agent/docker/engine_under_test.hpp"
#include "tests/support/agent/engine/lifecycle_support.hpp"
#include "tests/support/agent/engine/recording_proxy.hpp"
#include "tests/support/agent/engine/test_application.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using agent::journal::OperationState;
namespace docker = agent::docker;
namespace journal = agent::journal;
namespace render = agent::render;

constexpr std::uint16_t k_host_port = 18'080;

render::Container busybox(const std::string& app,
                          const std::string& key,
                          const std::string& script,
                          std::vector<std::string> depends_on = {}) {
  auto container = test_container(key, std::move(depends_on));
  container.image = {.source = "public", .name = "slipway-test/busybox", .tag = "1"};
  container.cmd = {"sh", "-c", script};
  container.networks = {{.network = app, .aliases = {key}}};
  container.stop_signal = "SIGKILL";  // A shell as process 1 hears nothing else.
  return container;
}

// db opens a port a little late; api starts when it is open; web when api is healthy.
render::Deployment three_containers(const std::string& app) {
  auto db = busybox(app, "db", "sleep 1; while :; do nc -l -p 5432 </dev/null; done");
  db.mounts = {{.source = app + "_data", .target = "/data"}};
  auto listening = test_event(render::EventTrigger::port_listen, {"api"});
  listening.data = "5432";
  db.publish_events = {listening};
  auto api = busybox(app, "api", "while :; do sleep 1; done");
  api.config = {{.target = "/etc/api",
                 .hash = std::string(64, 'a'),
                 .volume = app + "_cfg_aaaaaaaaaaaaaaaa",
                 .files = {{.name = "settings", .content = "colour=red", .mode = 0640}}}};
  api.health = render::Health{.kind = render::HealthKind::exec,
                              .argv = {"grep", "-q", "red", "/etc/api/settings"},
                              .interval = std::chrono::seconds(1)};
  auto web = busybox(app, "web", "while :; do nc -l -p 80 </dev/null; done", {"api"});
  web.ports = {{.container_port = 80, .host_port = k_host_port, .host_address = "127.0.0.1"}};
  auto deployment = test_application({web, api, db});
  deployment.app = app;
  deployment.networks = {{.name = app}};
  deployment.volumes = {{.name = app + "_data"}};
  return deployment;
}

struct Fixture {
  tests::EngineUnderTest direct;  // Past the proxy; has the test image loaded.
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  RecordingProxy proxy{folder.path() / "docker.sock",
                       std::getenv("SLIPWAY_TEST_ENGINE")};  // NOLINT(concurrency-mt-unsafe)
  std::string app = direct.name("app");
  base::SystemClock clock;
  base::crypto::SealingKey sealing =
      *base::crypto::SealingKey::from_bytes(base::Secret(std::string(32, 'k')));
  std::unique_ptr<docker::Engine> engine = docker::make_engine({.socket = proxy.socket()});
  std::unique_ptr<agent::release::ImageSource> images =
      agent::release::make_engine_image_source(*engine);
  std::unique_ptr<Probes> probes = make_socket_probes();
  std::unique_ptr<HostFacts> host = make_host_facts();
  std::unique_ptr<SnapshotTaker> snapshots = agent::snapshot::make_unconfigured_snapshots();
  NamedDeployments renderer;
  CrashPoints no_crash;
  Waiter waiter;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<Lifecycle> lifecycle;
  std::unique_ptr<Lifecycle::Subscription> subscription;

  Fixture() {
    waiter.patience = std::chrono::seconds(120);
    renderer.deployments["three"] = three_containers(app);
    start();
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  Fixture(Fixture&&) = delete;
  Fixture& operator=(Fixture&&) = delete;
  ~Fixture() {
    if (const auto plan = lifecycle->plan({.action = Action::down, .purge = true})) {
      if (const auto id = lifecycle->execute(plan->id, "test")) {
        waiter.wait_for_end(*id);
      }
    }
    stop();
  }

  void start() {
    journal = *journal::Journal::open(folder.path() / "state.db", sealing, clock);
    lifecycle = *make_lifecycle({.engine = *engine,
                                 .images = *images,
                                 .journal = *journal,
                                 .probes = *probes,
                                 .clock = clock,
                                 .host = *host,
                                 .snapshots = *snapshots,
                                 .renderer = renderer,
                                 .crash_points = no_crash,
                                 .label_key = base::Secret(k_test_label_key),
                                 .state_dir = folder.path()});
    subscription = lifecycle->subscribe(waiter);
  }
  void stop() {
    subscription.reset();
    lifecycle.reset();
    journal.reset();
  }

  base::Result<journal::OperationId> execute(const PlanRequest& request) const {
    BASE_TRY_ASSIGN(const auto plan, lifecycle->plan(request));
    return lifecycle->execute(plan.id, "test");
  }
  journal::OperationRecord apply(const std::string& name) {
    const auto id = execute({.manifest = name});
    if (!id) {
      FAIL(id.error().message);
    }
    const auto record = waiter.wait_for_end(*id);
    REQUIRE(record);
    if (record->error) {
      MESSAGE(record->error->message);
    }
    return *record;
  }
  docker::ContainerDetails details_of(const std::string& key) {
    const auto component = lifecycle->component(key);
    REQUIRE(component);
    return *direct->inspect_container(component->container_id, {});
  }
  std::size_t things_of_ours() {
    const auto label = std::string(k_label_app) + "=" + app;
    return direct->list_containers({.labels = {label}}, {})->size() +
           direct->list_networks({label}, {})->size() + direct->list_volumes({label}, {})->size();
  }
};

TEST_SUITE_BEGIN("integration.agent.engine");

TEST_CASE_FIXTURE(Fixture,
                  "three containers start in their order, and the same again calls nothing") {
  REQUIRE(apply("three").state == OperationState::succeeded);

  const auto db = details_of("db");
  const auto api = details_of("api");
  const auto web = details_of("web");
  // The port opens a second after the start, and the api starts no sooner.
  CHECK(*api.started - *db.started >= std::chrono::seconds(1));
  CHECK(*web.started > *api.started);
  for (const auto& details : {db, api, web}) {
    CHECK(details.running());
    CHECK(details.restart.kind == docker::RestartKind::unless_stopped);
  }
  const auto read = docker::run_in(*direct, api.id, {.argv = {"cat", "/etc/api/settings"}}, {});
  CHECK(read->output == "colour=red");
  const auto write = docker::run_in(*direct, api.id, {.argv = {"touch", "/etc/api/x"}}, {});
  CHECK(write->exit_code != 0);

  proxy.forget();
  REQUIRE(apply("three").state == OperationState::succeeded);
  CHECK(proxy.changes().empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "a changed environment replaces one container, and down leaves the data") {
  REQUIRE(apply("three").state == OperationState::succeeded);
  const auto db = details_of("db").id;
  const auto web = details_of("web").id;
  renderer.deployments["three"].containers[0].env[0].value = "loud";

  REQUIRE(apply("three").state == OperationState::succeeded);

  CHECK(details_of("db").id == db);
  CHECK(details_of("web").id != web);
  CHECK_FALSE(direct->inspect_container(web, {}));
  const auto id = execute({.action = Action::down});
  REQUIRE(id);
  REQUIRE(waiter.wait_for_end(*id)->state == OperationState::succeeded);
  CHECK(things_of_ours() == 1);
  CHECK(direct->inspect_volume(app + "_data", {}));
}

TEST_CASE_FIXTURE(Fixture, "a port in use is refused by name and nothing is changed") {
  const base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{.sin_family = AF_INET,
                      .sin_port = htons(k_host_port),
                      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
  REQUIRE(::bind(socket.get(), generic, sizeof address) == 0);
  REQUIRE(::listen(socket.get(), 1) == 0);
  proxy.forget();

  const auto refused = execute({.manifest = "three"});

  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == "port_in_use");
  CHECK(refused.error().message.find("pid " + std::to_string(::getpid())) != std::string::npos);
  CHECK(proxy.changes().empty());
  CHECK(things_of_ours() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a missing image is refused by name and nothing is changed") {
  renderer.deployments["three"].containers[1].image.tag = "none-such";
  proxy.forget();

  const auto refused = execute({.manifest = "three"});

  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == "image_missing");
  CHECK(refused.error().message.find("slipway-test/busybox:none-such") != std::string::npos);
  CHECK(proxy.changes().empty());
}

TEST_CASE_FIXTURE(Fixture, "a release whose program fails goes back to the one that ran") {
  REQUIRE(apply("three").state == OperationState::succeeded);
  const auto db = details_of("db").id;
  const auto before = details_of("web").id;
  renderer.deployments["bad"] = renderer.deployments["three"];
  renderer.deployments["bad"].containers[0].cmd = {"sh", "-c", "echo no licence; exit 3"};
  renderer.deployments["bad"].containers[0].restart = {};

  const auto record = apply("bad");

  CHECK(record.state == OperationState::reverted);
  CHECK(record.error->message.find("exit code 3") != std::string::npos);
  CHECK(details_of("web").id == before);
  CHECK(details_of("web").running());
  CHECK(details_of("web").restart.kind == docker::RestartKind::unless_stopped);
  CHECK(details_of("db").id == db);
  const auto log = *lifecycle->operation_log(record.id);
  CHECK(std::any_of(log.begin(), log.end(), [](const auto& line) {
    return line.text.find("no licence") != std::string::npos;
  }));
}

TEST_CASE_FIXTURE(Fixture, "an agent that ends in the middle is taken up by the next one") {
  const auto id = execute({.manifest = "three"});
  REQUIRE(id);
  stop();

  start();
  const auto deadline = std::chrono::steady_clock::now() + waiter.patience;
  while (!journal::is_final(lifecycle->operation(*id)->record.state) &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }

  CHECK(lifecycle->operation(*id)->record.state == OperationState::succeeded);
  CHECK(details_of("web").running());
}

TEST_SUITE_END();

}  // namespace
