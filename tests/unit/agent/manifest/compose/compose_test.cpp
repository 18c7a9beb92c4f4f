#include "agent/manifest/compose/compose.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/manifest/compose/document.hpp"
#include "agent/manifest/document.hpp"
#include "agent/manifest/lint/linter.hpp"
#include "agent/manifest/lint/report.hpp"
#include "tests/support/golden.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>

namespace {

using namespace agent::manifest;
using agent::manifest::compose::Import;

const std::filesystem::path k_cases =
    std::filesystem::path(SLIPWAY_SOURCE_DIR) / "tests/unit/agent/manifest/compose/cases";

base::Result<std::string> read_case_file(const std::string& path) {
  return base::fs::read_file((k_cases / path).string(), 65'536);
}

base::Result<std::string> read_nothing(const std::string& path) {
  return base::Error{base::ErrorCode::not_found, path};
}

Import imported(const std::string& services) {
  const auto import = compose::import_compose("services:\n" + services, read_nothing);
  REQUIRE(import);
  return *import;
}

std::string reasons_of(const Import& import) {
  std::string text;
  for (const auto& each : import.not_carried) {
    text += fmt::format("{}:{}: {}: {}\n", each.at.line, each.at.column, each.path, each.reason);
  }
  return text;
}

// What is wrong with a manifest, by its reader and our linter.
std::string faults_of(const std::string& manifest) {
  std::string faults;
  for (const auto& diagnostic : read_manifest(manifest).diagnostics) {
    faults += to_string(diagnostic) + "\n";
  }
  const auto results = lint::lint(manifest, lint::Scheduler::native);
  return faults + (lint::has_error(results) ? lint::to_text("manifest", results) : "");
}

// Without its indentation.
std::string flat(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || !out.ends_with(' ')) {
      out += blank ? ' ' : c;
    }
  }
  return out;
}

bool holds(const Import& import, std::string_view text) {
  return flat(import.manifest).find(flat(text)) != std::string::npos;
}

TEST_SUITE_BEGIN("manifest.compose");

TEST_CASE("whole files are carried over as recorded, and the manifests validate and lint") {
  for (const std::string name : {"shop", "platform"}) {
    CAPTURE(name);

    const auto import = compose::import_compose(
        tests::file_text(k_cases / (name + ".compose.yaml")), read_case_file);

    REQUIRE(import);
    tests::check_golden(import->manifest, k_cases / (name + ".manifest.yaml"));
    tests::check_golden(reasons_of(*import), k_cases / (name + ".not-carried.txt"));
    CHECK(faults_of(import->manifest) == "");
  }
}

TEST_CASE("a variable becomes a setting, and its text asks for it") {
  const auto import = imported(R"(
  a:
    image: a:1
    environment:
      PLAIN: $ONE and ${TWO}
      DEFAULT: ${THREE:-x y}
      EMPTY: ${FOUR-}
      NEEDED: ${FIVE_PASSWORD:?say it}
      OTHER: ${SIX:+yes}
      INNER: ${SEVEN:-${EIGHT:-deep}}
      DOLLAR: a$$b$
      BRACES: '{{repl x}}'
)");

  CHECK(holds(import, R"('{{repl ConfigOption "one"}} and {{repl ConfigOption "two"}}')"));
  CHECK(holds(import, "default: 'x y'"));
  CHECK(holds(import,
              "name: five_password\n    title: FIVE_PASSWORD\n    type: password\n    "
              "required: true"));
  CHECK(holds(import, R"('{{repl if ConfigOption "six"}}yes{{repl end}}')"));
  CHECK(holds(import, R"(default: '{{repl ConfigOption "eight"}}')"));
  CHECK(holds(import, "value: 'a$b$'"));
  CHECK(holds(import, R"('{{repl `{{repl`}} x}}')"));
  CHECK(faults_of(import.manifest).empty());
}

TEST_CASE("text is written so that it is read back as it was") {
  for (const std::string value :
       {"yes", "0644",  "9.6", "null",  "~",   "a: b",   "# no",       "'",
        "\"",  "",      " x ", "- a",   "{a}", "a\nb\n", "a\n\n  b\n", "tab\there",
        "a\n", "\nb\n", "@x",  "1_000", ".5",  "é",      "a \n b\n",   "x\n\n"}) {
    CAPTURE(value);
    auto root = compose::map();
    auto inner = compose::map();
    inner.set("value", compose::text(value));
    auto list = compose::list();
    list.add(std::move(inner));
    list.add(compose::text(value));
    root.set("list", std::move(list));

    const auto read = base::data::parse_yaml(compose::to_yaml(root));

    REQUIRE(read);
    const auto& items = read->find("list")->items;
    REQUIRE(items.size() == 2);
    CHECK(items[0].find("value")->text == value);
    CHECK(items[1].text == value);
    CHECK((!items[1].plain || value == "é"));
  }
}

TEST_CASE("a command line is split as a shell splits it") {
  const auto import = imported(R"(
  a:
    image: a:1
    command: run "two words" 'it''s' a\ b ""
    entrypoint: /bin/sh -c "echo $${X}"
)");

  CHECK(holds(import, R"(cmd: '["run","two words","its","a b",""]')"));
  CHECK(holds(import, "entrypoint:\n    - /bin/sh\n    - '-c'\n    - 'echo ${X}'"));
}

TEST_CASE("a service that waits for another's end is started by it") {
  const auto import = imported(R"(
  job: {image: 'job:1'}
  two: {image: 'two:1'}
  app:
    image: app:1
    depends_on:
      job: {condition: service_completed_successfully}
      two: {condition: service_completed_successfully}
)");

  CHECK(holds(import,
              "ephemeral: true\n    publish_events:\n    - name: job-done\n      "
              "trigger: container-stop"));
  CHECK(reasons_of(import).find("it waits for 'job'") != std::string::npos);
  CHECK(faults_of(import.manifest).empty());
}

TEST_CASE("what cannot be carried over says why, where it stands") {
  const auto import = imported("  a:\n    image: a:1\n    devices: [/dev/x]\n    frob: 1\n");

  REQUIRE(import.not_carried.size() == 2);
  CHECK(import.not_carried[0].path == "services.a.devices");
  CHECK(import.not_carried[0].at.line == 4);
  CHECK(import.not_carried[0].at.column == 5);
  CHECK(import.not_carried[1].reason == "is no key of a service that is known here");
}

TEST_CASE("ranges of ports are written out, and odd ones told") {
  const auto import = imported(
      "  a:\n    image: a:1\n    ports: ['8000-8002:9000-9002/udp', '1-9:1-3', '[::1]:80:80']\n");

  CHECK(holds(import, "- private_port: '9002'\n      public_port: '8002'\n      port_type: udp"));
  CHECK(holds(import, "interface: '[::1]'"));
  REQUIRE(import.not_carried.size() == 1);
  CHECK(import.not_carried[0].path == "services.a.ports[1]");
}

TEST_CASE("what is no Compose file is refused") {
  for (const std::string text : {"", "a: b", "services: {}", "services: [a", "- x"}) {
    CAPTURE(text);
    CHECK_FALSE(compose::import_compose(text, read_nothing));
  }
}

TEST_CASE("odd shapes are carried over as far as they go") {
  for (const std::string service :
       {"null",
        "text",
        "{image: [a]}",
        "{image: 'a:1', ports: x, volumes: {a: b}, depends_on: 1}",
        "{image: 'a:1', environment: [1, [2]], healthcheck: 3, deploy: [x], ulimits: y}",
        "{image: 'a:1', secrets: [{}], configs: [null], networks: 1, logging: a}",
        "{image: 'a:1', extra_hosts: ['x']}"}) {
    CAPTURE(service);
    CHECK(compose::import_compose("services: {a: " + service + "}", read_nothing));
  }
}

TEST_SUITE_END();

}  // namespace
