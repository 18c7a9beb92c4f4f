#include "agent/daemon/settings.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

using agent::daemon::load_settings;
using agent::daemon::Settings;
using base::ErrorCode;

base::Result<Settings> read_settings(const char* yaml) {
  Settings settings;
  BASE_TRY(agent::daemon::read_settings(yaml, settings));
  return settings;
}

void write(const std::filesystem::path& path, const char* text) {
  REQUIRE(base::fs::make_directories(path.parent_path(), 0755));
  REQUIRE(base::fs::write_atomically(path, text, 0644));
}

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
commands: { image: "helper:1", address_service: "http://address.example/" }
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
  CHECK(settings->commands.image == "helper:1");
  CHECK(settings->commands.address_service == "http://address.example/");
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
  write(path, "run_dir: /b\nengine: { socket: /x }\nconsole: { listen: '[::1]:1' }\n");
  const auto console = agent::console::load_console_configuration(path);

  REQUIRE(console);
  CHECK(console->socket == "/b/agent.sock");
  CHECK(console->console.listen == "[::1]:1");
}

TEST_CASE("files of the folder beside it are read over it, by name, for agent and console alike") {
  const auto folder = *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  const auto path = folder.path() / "agent.yaml";
  write(path, "run_dir: /main\nconsole: { listen: '127.0.0.1:1', start: false }\n");
  write(folder.path() / "agent.d" / "10-a.yaml", "console: { listen: '127.0.0.1:2' }\n");
  write(folder.path() / "agent.d" / "20-b.yaml", "console: { listen: '127.0.0.1:3' }\n");
  write(folder.path() / "agent.d" / "30-c.yaml.old", "console: { listen: '127.0.0.1:4' }\n");

  const auto settings = load_settings(path);
  const auto console = agent::console::load_console_configuration(path);

  REQUIRE(settings);
  CHECK(settings->run_dir == "/main");
  CHECK(settings->console.listen == "127.0.0.1:3");
  CHECK_FALSE(settings->console.start);
  REQUIRE(console);
  CHECK(console->socket == "/main/agent.sock");
  CHECK(console->console.listen == "127.0.0.1:3");
}

TEST_CASE("a mistake in the folder is told with its file") {
  const auto folder = *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  const auto beside = folder.path() / "agent.d" / "10-a.yaml";
  write(beside, "engine: { sokcet: /x }\n");

  const auto settings = load_settings(folder.path() / "agent.yaml");

  REQUIRE_FALSE(settings);
  CHECK(settings.error().message ==
        beside.string() + ": line 1, column 11: unknown key engine.sokcet");
}

TEST_CASE("a script can ask for the settings in force") {
  Settings settings;
  settings.engine_socket = "/x/docker.sock";

  CHECK(describe_settings(settings) ==
        "commands.address_service=\ncommands.image=debian:12\n"
        "console.listen=0.0.0.0:8800\nconsole.start=true\n"
        "console.state_dir=/var/lib/slipway-console\nconsole.user=slipway-console\n"
        "engine.socket=/x/docker.sock\nlog.format=text\nlog.level=info\nrun_dir=/run/"
        "slipway\nstate_dir=/var/lib/slipway\n");
}

TEST_SUITE_END();

}  // namespace
