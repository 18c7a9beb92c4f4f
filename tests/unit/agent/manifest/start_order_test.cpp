#include "agent/manifest/container_index.hpp"
#include "agent/manifest/document.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace agent::manifest;  // NOLINT(google-build-using-namespace): the folder under test.

struct Starts {
  std::string name;
  std::vector<std::string> depends_on;
  std::vector<std::string> starts;  // By its container-start event.
};

std::string document_of(const std::vector<Starts>& containers) {
  std::string text = "replicated_api_version: 2.9.0\ncomponents:\n";
  for (const auto& [name, depends_on, starts] : containers) {
    text += "- name: " + name + "\n  containers:\n  - {source: public, image_name: " + name +
            ", version: '1', slipway: {depends_on: [";
    for (const auto& needed : depends_on) {
      text += needed + ",";
    }
    text += "]}, publish_events: [{trigger: container-start, subscriptions: [";
    for (const auto& started : starts) {
      text += "{component: " + started + ", container: " + started + "},";
    }
    text += "]}]}\n";
  }
  return text;
}

std::vector<std::string> findings_of(const std::vector<Starts>& containers) {
  std::vector<std::string> found;
  for (const auto& diagnostic : read_manifest(document_of(containers)).diagnostics) {
    const char* const kind = diagnostic.severity == Severity::error ? "error " : "warning ";
    found.push_back(kind + diagnostic.code + ": " + diagnostic.message);
  }
  return found;
}

TEST_SUITE_BEGIN("manifest.start_order");

TEST_CASE("a chain of dependencies and events is in order") {
  CHECK(findings_of({{"a", {}, {"b"}}, {"b", {"a"}, {}}, {"c", {"a", "b"}, {}}}).empty());
}

TEST_CASE("a circle of dependencies is shown with its way") {
  CHECK(findings_of({{"a", {"b"}, {}}, {"b", {"c"}, {}}, {"c", {"a"}, {}}}) ==
        std::vector<std::string>{
            "error slipway-cycle: a needs b needs c needs a: take one of them out of depends_on"});
}

TEST_CASE("a circle of events alone is a warning, since the original loads it") {
  CHECK(findings_of({{"a", {}, {"b"}}, {"b", {}, {"a"}}}) ==
        std::vector<std::string>{
            "warning slipway-cycle: a is started by b is started by a: let one of them start by "
            "itself"});
}

TEST_CASE("what waits for a circle is told apart from it") {
  CHECK(findings_of({{"a", {}, {"b"}}, {"b", {}, {"a", "c"}}, {"c", {}, {}}}) ==
        std::vector<std::string>{
            "warning slipway-cycle: a is started by b is started by a: let one of them start by "
            "itself",
            "warning slipway-never-starts: 'c' can never start: it waits for 'b', which cannot "
            "either"});
}

TEST_CASE("a container that only its own event starts never starts") {
  CHECK(findings_of({{"a", {}, {"a"}}}) ==
        std::vector<std::string>{
            "warning slipway-never-starts: 'a' can never start: only its own event would start it; "
            "let one of another container do so, or take the subscription out"});
}

TEST_CASE("one of several events is enough to start") {
  CHECK(findings_of(
            {{"redis", {}, {"counter"}}, {"counter", {}, {"nginx"}}, {"nginx", {}, {"counter"}}})
            .empty());
}

TEST_CASE("a dependency that waits for its dependent through an event is a circle") {
  CHECK(findings_of({{"a", {"b"}, {"b"}}, {"b", {}, {}}}) ==
        std::vector<std::string>{
            "error slipway-cycle: a needs b is started by a: let one of them start by itself"});
}

TEST_CASE("keys are unique and fit for a URL") {
  const auto outcome = read_manifest(
      "replicated_api_version: 2.9.0\ncomponents:\n"
      "- name: One\n  containers:\n"
      "  - {source: public, image_name: quay.io/acme/web, version: '1'}\n"
      "  - {source: public, image_name: redis, version: '1', name: cache}\n"
      "- name: Two\n  containers:\n"
      "  - {source: public, image_name: other/web, version: '1'}\n"
      "  - {source: public, image_name: other/web, version: '1'}\n");
  const ContainerIndex index(outcome.manifest);

  std::vector<std::string> keys;
  for (const auto& indexed : index.all()) {
    keys.push_back(indexed.key);
  }

  CHECK(keys == std::vector<std::string>{"one-web", "cache", "two-web", "two-web-2"});
  CHECK(index.dependency("cache") == std::vector<std::size_t>{1});
  CHECK(index.dependency("redis") == std::vector<std::size_t>{1});
  CHECK(index.dependency("Two") == std::vector<std::size_t>{2, 3});
  CHECK(index.in_component("One", "redis") == std::vector<std::size_t>{1});
  CHECK(index.in_component("One", "cache") == std::vector<std::size_t>{1});
  CHECK(index.dependency("nobody").empty());
}

TEST_CASE("a slug has small letters, digits and single dashes") {
  CHECK(slug("npm Registry") == "npm-registry");
  CHECK(slug("--A__b..c--") == "a-b-c");
  CHECK(slug("\xC3\xA4") == "x");
}

TEST_SUITE_END();

}  // namespace
