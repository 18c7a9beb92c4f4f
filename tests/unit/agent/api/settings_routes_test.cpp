#include "agent/base/fs/files.hpp"
#include "tests/support/agent/api/api_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace agent::api;
using base::data::Json;

const Asking k_root{.uid = 0};

constexpr const char* k_document = R"(
replicated_api_version: 2.9.0
config:
- name: main
  title: Main
  items:
  - name: host
    type: text
    default: fallback
    title: Host
    test_proc: {command: regex_match, args: ['^[a-z]+$', Letters only], run_on_save: true}
  - {name: advanced, type: bool, default: "0"}
  - {name: depth, type: text, required: true, title: Depth, when: advanced=1}
  - {name: password, type: password}
  - {name: fixed, type: text, readonly: true, default: stone}
  - {name: license, type: file}
  - {name: inner, type: text, hidden: true, default: x}
)";

struct SettingsWorld : ApiWorld {
  SettingsWorld() {
    lifecycle.shown_installed =
        agent::engine::Installed{.manifest = k_document, .deployment = {"none"}, .running = true};
  }

  base::http::LocalResponse put(const Json& items, const Json& more = Json::object()) {
    Json body = more;
    body["items"] = items;
    return ask(k_root, "PUT", "/api/v1/settings", base::data::canonical(body));
  }
  Json get(const std::string& path = "/api/v1/settings") {
    return json_of(ask(k_root, "GET", path));
  }
};

const Json& item(const Json& settings, const std::string& name) {
  for (const auto& group : settings["groups"]) {
    for (const auto& each : group["items"]) {
      if (each["name"] == name) {
        return each;
      }
    }
  }
  FAIL("no item " << name);
  return settings;
}

TEST_SUITE_BEGIN("agent.api.settings");

TEST_CASE("without anything installed there are no settings") {
  ApiWorld world;

  const auto answer = world.ask(k_root, "GET", "/api/v1/settings");

  CHECK(answer.status == 404);
  CHECK(reason_of(answer) == "nothing_installed");
}

TEST_CASE("settings are shown with value, default and where they come from") {
  SettingsWorld world;

  const auto fresh = world.get();
  REQUIRE(world.put({{"host", {{"value", "h"}}}}).status == 200);
  const auto changed = world.get();

  CHECK(fresh["version"].is_null());
  CHECK(item(fresh, "host")["value"] == "fallback");
  CHECK(item(fresh, "host")["origin"] == "default");
  CHECK(changed["version"] == 1);
  CHECK(changed["author"] == "root");
  CHECK(item(changed, "host")["value"] == "h");
  CHECK(item(changed, "host")["default"] == "fallback");
  CHECK(item(changed, "host")["origin"] == "admin");
}

TEST_CASE("hidden items are shown to those who ask for them") {
  SettingsWorld world;

  CHECK(world.get()["groups"][0]["items"].size() == 6);
  CHECK(item(world.get("/api/v1/settings?hidden=1"), "inner")["value"] == "x");
}

TEST_CASE("what was not saved is tried out and forgotten") {
  SettingsWorld world;

  const auto answer = world.ask(
      k_root, "POST", "/api/v1/settings/check", R"({"items":{"advanced":{"value":"1"}}})");

  REQUIRE(answer.status == 200);
  const auto tried = json_of(answer);
  CHECK(item(tried, "depth")["visible"] == true);
  REQUIRE(tried["errors"].size() == 1);
  CHECK(tried["errors"][0]["item"] == "depth");
  CHECK(tried["errors"][0]["code"] == "required");
  CHECK(item(world.get(), "depth")["visible"] == false);
  CHECK(world.get()["version"].is_null());
}

TEST_CASE("one wrong change keeps all others from being saved") {
  SettingsWorld world;

  const auto answer = world.put({{"host", {{"value", "h"}}},
                                 {"fixed", {{"value", "x"}}},
                                 {"nobody", {{"value", "x"}}},
                                 {"advanced", {{"value", "1"}}}});

  CHECK(answer.status == 400);
  CHECK(reason_of(answer) == "settings_invalid");
  std::vector<std::string> codes;
  const auto refused = json_of(answer);
  for (const auto& error : refused["errors"]) {
    codes.push_back(error["item"].get<std::string>() + " " + error["code"].get<std::string>());
  }
  CHECK(codes ==
        std::vector<std::string>{"fixed read_only", "nobody unknown_item", "depth required"});
  CHECK(world.get()["version"].is_null());
}

TEST_CASE("what cannot be rendered is not saved") {
  SettingsWorld world;
  world.renderer.refuse =
      base::Error{base::ErrorCode::invalid_input, "components[0]: not a port", "", "manifest"};

  const auto answer = world.put({{"host", {{"value", "h"}}}});

  CHECK(answer.status == 400);
  CHECK(world.get()["version"].is_null());
}

TEST_CASE("saving the same again makes no version") {
  SettingsWorld world;
  REQUIRE(world.put({{"host", {{"value", "h"}}}}).status == 200);

  const auto again = json_of(world.put({{"host", {{"value", "h"}}}}));

  CHECK(again["version"] == 1);
  CHECK(again["changed"] == false);
}

TEST_CASE("a change of what somebody else has changed meanwhile is refused") {
  SettingsWorld world;
  REQUIRE(world.put({{"host", {{"value", "a"}}}}, {{"version", 0}}).status == 200);

  const auto late = world.put({{"host", {{"value", "b"}}}}, {{"version", 0}});
  const auto right = world.put({{"host", {{"value", "b"}}}}, {{"version", 1}});

  CHECK(late.status == 409);
  CHECK(reason_of(late) == "settings_changed");
  CHECK(right.status == 200);
}

TEST_CASE("settings of another installation are taken as far as they fit") {
  SettingsWorld world;

  const auto answer = world.put(
      {{"host", {{"value", "h"}, {"data", ""}}}, {"fixed", {{"value", "x"}}}, {"gone", nullptr}},
      {{"skip_misfits", true}});

  REQUIRE(answer.status == 200);
  const auto saved = json_of(answer);
  REQUIRE(saved["warnings"].size() == 2);
  CHECK(saved["warnings"][0]["code"] == "read_only");
  CHECK(saved["warnings"][1]["code"] == "unknown_item");
  CHECK(item(world.get(), "host")["value"] == "h");
}

TEST_CASE("settings can be applied as they are saved") {
  SettingsWorld world;
  world.lifecycle.shown_plan.id = {"p1"};
  world.lifecycle.shown_operation.record.id = {7};

  const auto saved = json_of(world.put({{"host", {{"value", "h"}}}}, {{"apply", true}}));

  CHECK(saved["operation"] == 7);
  REQUIRE(world.lifecycle.executed.size() == 1);
  CHECK(world.lifecycle.executed[0] == std::pair(std::string("p1"), std::string("root")));
}

TEST_CASE("settings stay saved when they cannot be applied, and the error says so") {
  SettingsWorld world;
  world.lifecycle.refuse = base::Error{base::ErrorCode::unavailable, "the engine does not answer"};

  const auto answer = world.put({{"host", {{"value", "h"}}}}, {{"apply", true}});

  CHECK(answer.status == 503);
  CHECK(json_of(answer)["error"]["message"].get<std::string>().find("saved, but not applied") !=
        std::string::npos);
  CHECK(world.get()["version"] == 1);
}

TEST_CASE("a password leaves no trace in any answer or in the clear on the disk") {
  SettingsWorld world;
  const std::string secret = "correct-horse-battery";

  const auto put = world.put({{"password", {{"value", secret}}}});
  REQUIRE(put.status == 200);
  REQUIRE(world.put({{"password", {{"value", secret + "2"}}}}).status == 200);

  for (const auto* path : {"/api/v1/settings?hidden=1",
                           "/api/v1/settings/export?hidden=1",
                           "/api/v1/settings/versions",
                           "/api/v1/settings/difference?from=1&to=2"}) {
    CAPTURE(path);
    const auto answer = world.ask(k_root, "GET", path);
    CHECK(answer.status == 200);
    CHECK(answer.body.find(secret) == std::string::npos);
  }
  const auto tried = world.ask(k_root,
                               "POST",
                               "/api/v1/settings/check",
                               R"({"items":{"password":{"value":"correct-horse-battery3"}}})");
  CHECK(tried.body.find(secret) == std::string::npos);
  CHECK(item(world.get(), "password")["has_value"] == true);
  for (const auto* file : {"state.db", "state.db-wal"}) {
    const auto bytes = base::fs::read_file(world.folder.path() / file, std::size_t{64} << 20U);
    CHECK((!bytes || bytes->find(secret) == std::string::npos));
  }
}

TEST_CASE("secrets are exported to root on the socket alone") {
  SettingsWorld world;
  REQUIRE(world.put({{"password", {{"value", "hunter2"}}}}).status == 200);
  const Asking browser{.uid = k_console_uid, .cookie = world.sign_in(), .forwarded = true};
  const std::string path = "/api/v1/settings/export?secrets=1";

  CHECK(json_of(world.ask(k_root, "GET", path))["password"]["value"] == "hunter2");
  const auto refused = world.ask(browser, "GET", path);
  CHECK(refused.status == 403);
  CHECK(reason_of(refused) == "local_only");
  CHECK(world.ask(browser, "GET", "/api/v1/settings/export").status == 200);
}

TEST_CASE("a file is shown by name and size and exported whole") {
  SettingsWorld world;
  REQUIRE(world.put({{"license", {{"value", "l.txt"}, {"data", "aGVsbG8="}}}}).status == 200);

  const auto shown = item(world.get(), "license");
  const auto exported = world.get("/api/v1/settings/export");

  CHECK(shown["files"] == Json::array({{{"name", "l.txt"}, {"size", 5}}}));
  CHECK(exported["license"]["data"] == "aGVsbG8=");
}

TEST_CASE("an export can be saved again and changes nothing") {
  SettingsWorld world;
  REQUIRE(world.put({{"host", {{"value", "h"}}}, {"password", {{"value", "p"}}}}).status == 200);
  const auto exported = world.get("/api/v1/settings/export?secrets=1&hidden=1");

  const auto again = world.put(exported, {{"skip_misfits", true}});

  REQUIRE(again.status == 200);
  CHECK(item(world.get(), "host")["value"] == "h");
  CHECK(world.get("/api/v1/settings/export?secrets=1&hidden=1") == exported);
}

std::string results_of(const base::http::LocalResponse& response) {
  REQUIRE(response.stream);
  TextWriter writer;
  REQUIRE(response.stream(writer));
  return writer.text;
}

TEST_CASE("tests run on what is typed, and tell each result as it comes") {
  SettingsWorld world;
  const auto run = [&](const std::string& body) {
    return world.ask(k_root, "POST", "/api/v1/settings/tests", body);
  };

  const auto passed = results_of(run(R"({"item":"host"})"));
  const auto failed = results_of(run(R"({"items":{"host":{"value":"A1"}}})"));

  CHECK(base::data::parse_json(passed)->at("status") == "success");
  CHECK(base::data::parse_json(failed)->at("message") == "Letters only");
  CHECK(world.get()["version"].is_null());
  CHECK(run(R"({"item":"advanced"})").status == 404);
}

TEST_CASE("a test that fails on save keeps it from being saved, unless tests are skipped") {
  SettingsWorld world;

  const auto refused = world.put({{"host", {{"value", "A1"}}}});
  const auto forced = world.put({{"host", {{"value", "A1"}}}}, {{"skip_tests", true}});

  CHECK(refused.status == 400);
  CHECK(reason_of(refused) == "settings_test_failed");
  CHECK(json_of(refused)["tests"][0]["item"] == "host");
  CHECK(forced.status == 200);
}

TEST_CASE("versions tell who changed what") {
  SettingsWorld world;
  REQUIRE(world.put({{"host", {{"value", "a"}}}}).status == 200);
  REQUIRE(world.put({{"host", {{"value", "b"}}}, {"password", {{"value", "p"}}}}).status == 200);

  const auto versions = world.get("/api/v1/settings/versions")["versions"];

  REQUIRE(versions.size() == 2);
  CHECK(versions[0]["version"] == 2);
  CHECK(versions[0]["changes"] ==
        Json::array(
            {{{"item", "host"}, {"secret", false}, {"before", "a"}, {"after", "b"}},
             {{"item", "password"}, {"secret", true}, {"before", nullptr}, {"after", nullptr}}}));
  CHECK(versions[1]["changes"].size() == 1);
}

TEST_SUITE_END();

}  // namespace
