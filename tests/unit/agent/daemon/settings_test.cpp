#include "agent/daemon/settings.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

using agent::daemon::load_settings;
using agent::daemon::read_settings;
using base::ErrorCode;

TEST_SUITE_BEGIN("agent.daemon.settings");

TEST_CASE("what is left out has the documented default") {
  const auto settings = read_settings("");

  REQUIRE(settings);
  CHECK(settings->state_dir == "/var/lib/slipway");
  CHECK(settings->agent_socket() == "/run/slipway/agent.sock");
  CHECK(settings->engine_socket == "/run/docker.sock");
  CHECK(settings->console.listen == "0.0.0.0:8800");
  CHECK(settings->console.user == "slipway-console");
  CHECK(settings->console.start);
}

TEST_CASE("every documented key is read") {
  const auto settings = read_settings(R"(
state_dir: /a
run_dir: /b
log: { level: debug, format: json }
engine: { socket: /c/docker.sock }
console:
  listen: "127.0.0.1:9"
  user: nobody
  state_dir: /d
  start: false
)");

  REQUIRE(settings);
  CHECK(settings->state_dir == "/a");
  CHECK(settings->agent_socket() == "/b/agent.sock");
  CHECK(settings->log_level == base::log::Level::debug);
  CHECK(settings->log_format == base::log::Format::json);
  CHECK(settings->engine_socket == "/c/docker.sock");
  CHECK(settings->console.listen == "127.0.0.1:9");
  CHECK(settings->console.user == "nobody");
  CHECK(settings->console.state_dir == "/d");
  CHECK_FALSE(settings->console.start);
}

TEST_CASE("a mistake is refused, not ignored") {
  const char* yaml = nullptr;
  SUBCASE("unknown key") {
    yaml = "statedir: /a";
  }
  SUBCASE("unknown key inside") {
    yaml = "console: { port: 8800 }";
  }
  SUBCASE("a path that depends on where the agent is started") {
    yaml = "state_dir: data";
  }
  SUBCASE("no Boolean") {
    yaml = "console: { start: yes }";
  }
  SUBCASE("no level") {
    yaml = "log: { level: loud }";
  }
  SUBCASE("text instead of a mapping") {
    yaml = "engine: /run/docker.sock";
  }
  SUBCASE("not YAML") {
    yaml = "a: [";
  }

  const auto settings = read_settings(yaml);

  REQUIRE_FALSE(settings);
  CHECK(settings.error().code == ErrorCode::invalid_input);
}

TEST_CASE("a mistake is told with its line and column") {
  const auto settings = read_settings("state_dir: /a\nconsole:\n  prot: 1\n");

  REQUIRE_FALSE(settings);
  CHECK(settings.error().message == "line 3, column 3: unknown key console.prot");
}

TEST_CASE("a file that is not there means defaults, and the console reads the same file") {
  const auto folder = *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  const auto path = folder.path() / "agent.yaml";

  CHECK(load_settings(path));
  REQUIRE(base::fs::write_atomically(
      path, "run_dir: /b\nengine: { socket: /x }\nconsole: { listen: '[::1]:1' }\n", 0644));
  const auto console = agent::console::load_console_configuration(path);

  REQUIRE(console);
  CHECK(console->socket == "/b/agent.sock");
  CHECK(console->console.listen == "[::1]:1");
}

TEST_SUITE_END();

}  // namespace
