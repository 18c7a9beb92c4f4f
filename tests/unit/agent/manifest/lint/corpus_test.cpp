#include "tests/support/corpus.hpp"

#include "agent/base/data/json.hpp"
#include "agent/manifest/lint/linter.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace {

using namespace agent::manifest::lint;
using base::data::Json;

Scheduler scheduler_of(const Json& example) {
  return example["scheduler"] == "swarm" ? Scheduler::swarm : Scheduler::native;
}

Json paths_of(const Result& result) {
  Json paths = Json::array();
  for (const auto& range : result.positions) {
    paths.push_back(range.path ? Json(*range.path) : Json(nullptr));
  }
  return paths;
}

Json full(const std::vector<Result>& results) {
  Json list = Json::array();
  for (const auto& result : results) {
    list.push_back({{"rule", result.rule}, {"type", result.type}, {"paths", paths_of(result)}});
  }
  return list;
}

bool has(const std::vector<Result>& results, const Json& expected) {
  return std::any_of(results.begin(), results.end(), [&](const Result& result) {
    Json lines = Json::array();
    for (const auto& range : result.positions) {
      lines.push_back(range.start.at.line);
    }
    return expected["rule"] == result.rule && expected["type"] == result.type &&
           expected["message"] == result.message && expected["paths"] == paths_of(result) &&
           expected["lines"] == lines;
  });
}

TEST_SUITE_BEGIN("agent.manifest.lint.corpus");

TEST_CASE("every example of the original's rules gives the original's results") {
  const auto folder = tests::corpus_folder(SLIPWAY_SOURCE_DIR);
  if (!folder) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no corpus");
    return;
  }
  std::istringstream lines(tests::file_text(*folder / "lint" / "cases.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const auto example = Json::parse(line);
    CAPTURE(example["yaml"].get<std::string>());

    const auto results =
        lint_as_original(example["yaml"].get<std::string>(), scheduler_of(example));

    CHECK(full(results) == example["full"]);
    for (const auto& expected : example["expect"]) {
      CAPTURE(expected.dump());
      CHECK(has(results, expected));
    }
  }
}

TEST_CASE("the original's own manifests are as clean as it found them") {
  const auto folder = tests::corpus_folder(SLIPWAY_SOURCE_DIR);
  if (!folder) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no corpus");
    return;
  }
  for (const std::string kind : {"native", "swarm", "kubernetes"}) {
    const auto text =
        tests::file_text(*folder / "manifests" /
                         ("replicatedhq__replicated-lint__docs_yamls_correct-" + kind + ".yaml"));

    const auto results = lint_as_original(text, Scheduler::native);

    CAPTURE(kind);
    if (kind == "kubernetes") {
      REQUIRE(results.size() == 1);
      CHECK(results[0].rule == "prop-support-bundle");
    } else {
      CHECK(results.empty());
    }
  }
}

TEST_SUITE_END();

}  // namespace
