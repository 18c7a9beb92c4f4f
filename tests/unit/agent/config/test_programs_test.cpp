#include "agent/config/testing.hpp"
#include "tests/support/agent/config/resolved_manifest.hpp"
#include "tests/support/agent/config/scripted_test_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace agent::config;

class Program {
 public:
  // `procedure`: the test's keys, indented by six.
  explicit Program(const std::string& procedure)
      : settings_(R"(
replicated_api_version: 2.9.0
components:
- name: web
  containers:
  - source: public
    image_name: shop/web
    version: "1.2"
    env_vars:
    - {name: HOST, value: '{{repl ConfigOption "host"}}'}
    - {name: OFF, value: x, when: "false"}
config:
- name: g
  items:
  - name: host
    type: text
    default: a.example
    test_proc:
)" + procedure) {}

  TestResult run() {
    const auto resolution = settings_.resolve();
    return run_test({.manifest = settings_.manifest(),
                     .settings = resolution.settings,
                     .functions = settings_.functions,
                     .world = world},
                    {.group = "g", .item = "host"});
  }

  tests::ScriptedTestWorld world;

 private:
  tests::ResolvedManifest settings_;
};

TEST_SUITE_BEGIN("config.test_programs");

TEST_CASE("the first outcome that holds is the result") {
  Program program(R"(
      custom_command: {id: disk_space_available, data: {dir: /srv}}
      results:
      - {status: error, message: 'only {{repl .Result}} bytes', condition: {bool_expr: '{{repl lt (ParseInt .Result) 100}}'}}
      - {status: warn, message: {id: few, default_message: '{{.left}} left', args: {left: '{{repl .Result}}'}}, condition: {status_code: 0}}
      - {status: success, message: fine}
)");

  SUBCASE("with a function that the language has") {
    Program simple(R"(
      custom_command: {id: disk_space_total, data: {dir: /srv}}
      results:
      - {status: error, message: small, condition: {bool_expr: '{{repl eq .Result "999"}}'}}
      - {status: warn, message: {id: few, default_message: '{{.all}} in all', args: {all: '{{repl .Result}}'}}, condition: {status_code: 0}}
)");
    const auto result = simple.run();
    CHECK(result.status == TestStatus::warning);
    CHECK(result.message == "1000 in all");
  }
  SUBCASE("a template that is wrong is an error, not a pass") {
    CHECK(program.run().status == TestStatus::error);
  }
}

TEST_CASE("a port that is taken has the original's status code") {
  Program program(R"(
      custom_command: {id: port_available, data: {port: 8080}}
      results:
      - {status: success, message: free, condition: {status_code: 0}}
      - {status: error, message: taken, condition: {error: true, status_code: 98}}
)");

  CHECK(program.run().message == "free");
  program.world.taken = 8080;
  CHECK(program.run().message == "taken");
}

TEST_CASE("a connection goes to the value as typed, and 111 is a refusal") {
  Program program(R"(
      custom_command: {id: tcp_dial, data: {addr: '{{repl ConfigOption "host"}}:22'}}
      results:
      - {status: error, message: refused, condition: {status_code: 111}}
      - {status: success, message: there}
)");

  CHECK(program.run().message == "refused");
  program.world.reachable = "a.example:22";
  CHECK(program.run().message == "there");
}

TEST_CASE("a web request is made as described and judged by its status") {
  Program program(R"(
      custom_command:
        id: http_request
        data: {url: 'https://{{repl ConfigOption "host"}}/x', method: PUT, body: b, headers: {X-A: [one, two]}}
      results:
      - {status: success, message: '{{repl .Result}}', condition: {status_code: 204}}
)");
  program.world.reply = HttpReply{.status = 204, .body = "thanks"};

  const auto result = program.run();

  CHECK(result.status == TestStatus::success);
  CHECK(result.message == "thanks");
  REQUIRE(program.world.asked.size() == 1);
  CHECK(program.world.asked[0].url == "https://a.example/x");
  CHECK(program.world.asked[0].method == "PUT");
  CHECK(program.world.asked[0].headers.size() == 2);
}

TEST_CASE("raw runs in the helper image, scheduler in the application's own") {
  Program raw(R"(
      custom_command: {id: raw, data: {cmd: '["echo", "{{repl ConfigOption "host"}}"]'}}
      results: [{status: success, message: '{{repl .Result}}', condition: {status_code: 0}}]
)");
  Program scheduler(R"(
      custom_command: {id: scheduler, data: {component: web, container: shop/web, cmd: check me}}
      results:
      - {status: success, message: good, condition: {status_code: 0}}
      - {status: error, message: 'ended with {{repl .StatusCode}}'}
)");
  raw.world.output = {.exit_code = 0, .text = "a.example"};
  scheduler.world.output = {.exit_code = 3};

  CHECK(raw.run().message == "a.example");
  REQUIRE(raw.world.ran.size() == 1);
  CHECK(raw.world.ran[0].image.empty());
  CHECK(raw.world.ran[0].command == std::vector<std::string>{"echo", "a.example"});
  CHECK(scheduler.run().message == "ended with 3");
  REQUIRE(scheduler.world.ran.size() == 1);
  CHECK(scheduler.world.ran[0].image == "shop/web:1.2");
  CHECK(scheduler.world.ran[0].command == std::vector<std::string>{"/bin/sh", "-c", "check me"});
  CHECK(scheduler.world.ran[0].environment == std::vector<std::string>{"HOST=a.example"});
}

TEST_CASE("an outcome that nobody described is an error") {
  Program program(R"(
      custom_command: {id: disk_space_total, data: {dir: /}}
      results: [{status: success, message: never, condition: {status_code: 5}}]
)");

  CHECK(program.run().status == TestStatus::error);
}

TEST_SUITE_END();

}  // namespace
