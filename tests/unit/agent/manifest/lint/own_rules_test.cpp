#include "agent/manifest/lint/linter.hpp"
#include "agent/manifest/lint/report.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <set>

namespace {

using namespace agent::manifest::lint;

// The fenced block of YAML below a heading.
std::string example(const std::string& page, const std::string& heading) {
  const std::string fence = "\n```yaml\n";
  const auto section = page.find("\n## " + heading + "\n");
  REQUIRE(section != std::string::npos);
  const auto start = page.find(fence, section);
  REQUIRE(start != std::string::npos);
  const auto end = page.find("\n```\n", start + fence.size());
  REQUIRE(end != std::string::npos);
  return page.substr(start + fence.size(), end + 1 - start - fence.size());
}

std::set<std::string> rules_of(const std::string& yaml) {
  std::set<std::string> rules;
  for (const auto& result : lint(yaml, Scheduler::native)) {
    CAPTURE(result.message);
    CHECK_FALSE(result.positions.empty());
    rules.insert(result.rule);
  }
  return rules;
}

std::string text_of(const std::string& yaml) {
  return to_text("m", lint(yaml, Scheduler::native));
}

TEST_SUITE_BEGIN("agent.manifest.lint.own_rules");

TEST_CASE("of each rule's page the bad example breaks that rule alone and the good one none") {
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(SLIPWAY_SOURCE_DIR) / "docs/lint")) {
    const auto rule = entry.path().stem().string();
    if (!rule.starts_with("slipway-")) {
      continue;
    }
    ++pages;
    CAPTURE(rule);
    const auto page = tests::file_text(entry.path());

    CHECK(page.starts_with("# " + rule + "\n"));
    CHECK(rules_of(example(page, "Bad")) == std::set<std::string>{rule});
    CHECK(rules_of(example(page, "Good")).empty());
  }
  CHECK(pages >= 10);
}

TEST_CASE("the manifest that comes with the product is clean") {
  CHECK(text_of(tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                                 "manifests/npm-registry/1.0.0.yaml")) == "m: nothing found\n");
}

TEST_CASE("keys of ours break the schema for the original alone") {
  const std::string yaml = "replicated_api_version: 2.9.0\nslipway: {rollback: {data: keep}}\n";

  CHECK(text_of(yaml) == "m: nothing found\n");
  CHECK(lint_as_original(yaml, Scheduler::native).size() == 1);
}

TEST_CASE("of several documents the first is looked at, with its places in the file") {
  CHECK(
      text_of("# kind: replicated\n---\nreplicated_api_version: 2.9.0\nnonsense: 1\n---\na: b\n") ==
      "m:4:1: error: Unknown property (not in schema) [nonsense] (prop-schema-valid)\n"
      "m: 1 found\n");
}

TEST_CASE("ports that cannot meet are not taken twice") {
  const auto ports = [](const std::string& first, const std::string& second) {
    const std::string yaml =
        "replicated_api_version: 2.9.0\ncomponents:\n- name: a\n  containers:\n"
        "  - {source: public, image_name: a, version: '1', ephemeral: true, ports: [{private_port: "
        "'1', public_port: '80', " +
        first + "}, {private_port: '2', public_port: '80', " + second + "}]}\n";
    return rules_of(yaml).size();
  };

  CHECK(ports("port_type: tcp", "port_type: udp") == 0);
  CHECK(ports("interface: 10.0.0.1", "interface: 10.0.0.2") == 0);
  CHECK(ports("interface: 10.0.0.1", "interface: 0.0.0.0") == 1);
  CHECK(ports("when: '{{repl IsAirgap }}'", "when: '{{repl not IsAirgap }}'") == 0);
  CHECK(ports("when: '{{repl IsAirgap }}'", "port_type: tcp") == 1);
  CHECK(ports("when: 'false'", "port_type: tcp") == 0);
}

TEST_CASE("a secret is told by its name or its look, and not where another place is named") {
  const auto value = [](const std::string& name, const std::string& text) {
    const std::string yaml =
        "replicated_api_version: 2.9.0\ncomponents:\n- name: a\n  containers:\n"
        "  - {source: public, image_name: a, version: '1', ephemeral: true, env_vars: [{name: " +
        name + ", value: '" + text + "'}]}\n";
    return rules_of(yaml).contains("slipway-plain-secret");
  };

  CHECK(value("apiToken", "c0ffee00"));
  CHECK(value("DATABASE_URL", "postgres://app:hunter22@db:5432/app"));
  CHECK(value("TLS", "-----BEGIN RSA PRIVATE KEY-----"));
  CHECK_FALSE(value("DATABASE_URL", "postgres://app@db:5432/app"));
  CHECK_FALSE(value("PASSWORD_FILE", "passwords.txt"));
  CHECK_FALSE(value("PASSWORD", "/run/secrets/password"));
  CHECK_FALSE(value("ALLOW_EMPTY_PASSWORD", "true"));
}

TEST_SUITE_END();

}  // namespace
