#include "agent/manifest/lint/report.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace agent::manifest::lint;

const std::vector<Result>& one_error() {
  static const std::vector<Result> results{
      {"some-rule", "error", "a < b [name]", {{"name", {4, {1, 0}}, Place{9, {1, 5}}}}}};
  return results;
}

TEST_SUITE_BEGIN("agent.manifest.lint.report");

TEST_CASE("JSON counts from 0, and a fault of YAML has no path and no end") {
  CHECK(to_json(one_error())[0]["positions"][0]["start"]["line"] == 1);

  const std::vector<Result> broken{{"r", "error", "m", {{std::nullopt, {3, {0, 3}}, {}}}}};

  CHECK(to_json(broken)[0]["positions"][0]["path"].is_null());
  CHECK(to_json(broken)[0]["positions"][0]["end"].is_null());
}

TEST_CASE("text counts from 1") {
  CHECK(to_text("m.yaml", one_error()) ==
        "m.yaml:2:1: error: a < b [name] (some-rule)\nm.yaml: 1 found\n");
}

TEST_CASE("JUnit escapes what it quotes") {
  CHECK(to_junit("m.yaml", one_error()).find("message=\"a &lt; b [name]\"") != std::string::npos);
}

TEST_CASE("SARIF counts from 1 and names its rules") {
  const auto run = to_sarif("m.yaml", one_error())["runs"][0];

  CHECK(run["tool"]["driver"]["rules"][0]["id"] == "some-rule");
  const auto& region = run["results"][0]["locations"][0]["physicalLocation"]["region"];
  CHECK(region["startLine"] == 2);
  CHECK(region["endColumn"] == 6);
}

TEST_SUITE_END();

}  // namespace
