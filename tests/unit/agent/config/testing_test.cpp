#include "agent/config/testing.hpp"

#include "tests/support/agent/config/resolved_manifest.hpp"
#include "tests/support/agent/config/scripted_test_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace agent::config;

constexpr const char* k_document = R"(
replicated_api_version: 2.9.0
config:
- name: mail
  test_proc:
    display_name: 'Try {{repl ConfigOption "host"}}'
    command: smtp_auth
    arg_fields: [host]
    args: ["0", Plain, '{{repl ConfigOption "user"}}', '{{repl ConfigOption "password"}}']
    run_on_save: '{{repl ConfigOptionEquals "strict" "1"}}'
  items:
  - name: host
    type: text
    default: mail.example:25
    test_proc: {command: regex_match, args: ['^[a-z.:0-9]+$', Not an address], run_on_save: true}
  - {name: user, type: text, default: ann}
  - {name: password, type: password}
  - {name: strict, type: bool}
  - {name: shown, type: bool, default: "1"}
  - name: name
    type: text
    when: shown=1
    test_proc: {command: resolve_host, timeout: 7, run_on_save: true, when: strict=1}
  - name: text
    type: file
    test_proc: {command: validate_json}
)";

class Tests {
 public:
  TestResult run(const std::string& item, const Changes& changes = {}) {
    const auto resolution = settings_.resolve(changes, "1", Occasion::look);
    return run_test(request(resolution.settings), {.group = "mail", .item = item});
  }
  std::vector<std::string> on_save(const Changes& changes) {
    const auto resolution = settings_.resolve(changes, "1", Occasion::look);
    std::vector<std::string> names;
    for (const auto& target : tests_on_save(request(resolution.settings))) {
      names.push_back(target.item);
    }
    return names;
  }

  tests::ScriptedTestWorld world;

 private:
  TestRequest request(const ResolvedSettings& settings) {
    return {.manifest = settings_.manifest(),
            .settings = settings,
            .functions = settings_.functions,
            .world = world};
  }
  tests::ResolvedManifest settings_{k_document};
};

TEST_SUITE_BEGIN("config.testing");

TEST_CASE("an item's test gets the value as typed, then its arguments") {
  Tests tests;

  CHECK(tests.run("host").status == TestStatus::success);
  const auto wrong = tests.run("host", {{"host", {.value = "No!"}}});
  CHECK(wrong.status == TestStatus::error);
  CHECK(wrong.message == "Not an address");
}

TEST_CASE("a group's test gets the fields it names and expanded arguments") {
  Tests tests;

  const auto right = tests.run("", {{"password", {.value = "right"}}});
  const auto wrong = tests.run("", {{"password", {.value = "hunter22"}}});

  CHECK(right.status == TestStatus::success);
  CHECK(right.title == "Try mail.example:25");
  CHECK(wrong.status == TestStatus::error);
  CHECK(wrong.hint.find("password") != std::string::npos);
}

TEST_CASE("no result repeats a secret") {
  Tests tests;

  const auto result = tests.run("", {{"password", {.value = "hunter22"}}});

  CHECK(result.message == "refused ***");
}

TEST_CASE("a test of a file gets its contents") {
  Tests tests;

  CHECK(tests.run("text", {{"text", {.value = "a.json", .data = "{}"}}}).status ==
        TestStatus::success);
  CHECK(tests.run("text", {{"text", {.value = "{}", .data = "x"}}}).status == TestStatus::error);
}

TEST_CASE("what is not shown or not wanted is skipped") {
  Tests tests;
  tests.world.hosts["a"] = "192.0.2.1";

  CHECK(tests.run("name").status == TestStatus::skipped);
  const auto strict = tests.run("name", {{"strict", {.value = "1"}}, {"name", {.value = "a"}}});
  CHECK(strict.status == TestStatus::success);
  CHECK(tests.world.seen_limits.time == std::chrono::seconds(7));
  CHECK(tests.run("name", {{"strict", {.value = "1"}}, {"shown", {.value = "0"}}}).status ==
        TestStatus::skipped);
}

TEST_CASE("on save run the tests that ask for it, of what is shown") {
  Tests tests;

  CHECK(tests.on_save({}) == std::vector<std::string>{"host", "name"});
  CHECK(tests.on_save({{"strict", {.value = "1"}}, {"shown", {.value = "0"}}}) ==
        std::vector<std::string>{"host", ""});
}

TEST_SUITE_END();

}  // namespace
