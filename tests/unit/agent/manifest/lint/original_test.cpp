#include "agent/manifest/lint/linter.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using namespace agent::manifest::lint;

// The places of all results, a repeated one once: several terms of a rule may name the same one.
// "rule path start-end line:column-line:column" of each place.
std::string places(std::string_view yaml) {
  std::string text;
  std::string last;
  for (const auto& result : lint_as_original(yaml, Scheduler::native)) {
    for (const auto& range : result.positions) {
      const auto end = range.end.value_or(Place{});
      auto line = fmt::format("{} {} {}-{} {}:{}-{}:{}\n",
                              result.rule,
                              range.path.value_or("-"),
                              range.start.position,
                              end.position,
                              range.start.at.line,
                              range.start.at.column,
                              end.at.line,
                              end.at.column);
      text += line == last ? "" : line;
      last = std::move(line);
    }
  }
  return text;
}

std::string only_message(std::string_view yaml) {
  const auto results = lint_as_original(yaml, Scheduler::native);
  return results.size() == 1 ? results[0].message : fmt::format("{} results", results.size());
}

TEST_SUITE_BEGIN("agent.manifest.lint.original");

TEST_CASE("a place is that of the key, to the end of its value, counted from 0") {
  CHECK(places("replicated_api_version: 2.1.0\nproperties:\n  shell_alias: 'a b'\nname: x\n") ==
        "prop-properties-shellalias-valid properties.shell_alias 44-62 2:2-2:20\n");
}

TEST_CASE("a place that ends with the text has no line") {
  CHECK(places("replicated_api_version: 2.1.0\nproperties: {shell_alias: 'a b'}") ==
        "prop-properties-shellalias-valid properties.shell_alias 43-61 1:13-1:31\n");
  CHECK(places("replicated_api_version: 2.1.0\nproperties:\n  shell_alias: 'a b'") ==
        "prop-properties-shellalias-valid properties.shell_alias 44-62 2:2--1:-1\n");
}

TEST_CASE("a document that breaks the schema is not looked at further") {
  CHECK(only_message("replicated_api_version: 2.1\n") ==
        "Invalid type: number (expected string) [replicated_api_version]");
  CHECK(only_message("replicated_api_version: 2.1.0\nnonsense: 1\n") ==
        "Unknown property (not in schema) [nonsense]");
}

TEST_CASE("text that is no YAML is shown with its place") {
  CHECK(only_message("a: 'b\n") ==
        "unexpected end of the stream within a single quoted scalar at line 2, column 1:\n"
        "    \n    ^");
}

TEST_CASE("of several documents the first behind a separator counts, without the schema") {
  CHECK(places("---\nreplicated_api_version: 2.1.0\nunknown: 1\n---\nkind: Deployment\n").empty());
}

TEST_CASE("aliases that stand for too much end in a fault") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += fmt::format(
        "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  const auto results = lint_as_original(bomb, Scheduler::native);
  REQUIRE(results.size() == 1);
  CHECK(results[0].rule == "mesg-yaml-valid");
}

TEST_SUITE_END();

}  // namespace
