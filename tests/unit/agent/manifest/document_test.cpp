#include "agent/manifest/document.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace agent::manifest;  // NOLINT(google-build-using-namespace): the folder under test.

// A document with one container, whose keys are given with their six blanks of indentation.
std::string with_container(const std::string& keys) {
  return "replicated_api_version: 2.9.0\n"  // Line 1.
         "name: App\n"
         "components:\n"
         "- name: web\n"
         "  containers:\n"
         "  - source: public\n"  // Line 6.
         "    image_name: acme/web\n"
         "    version: '1'\n" +
         keys;  // From line 9.
}

std::string only_line(const ReadOutcome& outcome) {
  return outcome.diagnostics.size() == 1 ? to_string(outcome.diagnostics[0])
                                         : std::to_string(outcome.diagnostics.size()) + " findings";
}

TEST_SUITE_BEGIN("manifest.document");

TEST_CASE("a small document is read with its defaults") {
  const auto outcome = read_manifest(with_container(""));

  REQUIRE(outcome.diagnostics.empty());
  const auto& manifest = outcome.manifest;
  CHECK(manifest.name.value == "App");
  REQUIRE(manifest.components.size() == 1);
  REQUIRE(manifest.components[0].containers.size() == 1);
  const auto& container = manifest.components[0].containers[0];
  CHECK(container.image_name.value == "acme/web");
  CHECK(container.image_name.at.line == 7);
  CHECK(container.image_name.at.column == 17);
  CHECK(container.image_name.path == "components[0].containers[0].image_name");
  CHECK_FALSE(container.entrypoint);
  CHECK_FALSE(container.slipway.health);
  CHECK(manifest.rollback == RollbackData::keep);
}

TEST_CASE("scalars are read as the original's YAML 1.1 reader did") {
  const auto outcome =
      read_manifest(with_container("    user: 0644\n"
                                   "    hostname: no\n"
                                   "    cpu_shares: 9.6\n"
                                   "    display_name: null\n"
                                   "    privileged: yes\n"
                                   "    readonly_rootfs: no\n"
                                   "    restart: {policy: no}\n"
                                   "    shm_size: 134217728\n"));

  REQUIRE(outcome.diagnostics.empty());
  const auto& container = outcome.manifest.components[0].containers[0];
  CHECK(container.user.value == "0644");
  CHECK(container.hostname.value == "no");
  CHECK(container.cpu_shares.value == "9.6");
  CHECK_FALSE(container.display_name.given);
  CHECK(container.privileged);
  CHECK(container.readonly_rootfs.value == "false");
  CHECK(container.restart_policy.value == "no");
  CHECK(container.shm_size.value == "134217728");
}

TEST_CASE("our own keys are read") {
  const auto outcome = read_manifest(with_container(
      "    slipway:\n"
      "      health: {http: {path: /ping, port: 80}, interval: 5s, timeout: 2s, retries: 4}\n"
      "      update: {order: start-first, min_healthy_time: 1s, healthy_deadline: 1m}\n"
      "      tmpfs: [/tmp]\n"
      "      pids_limit: 10\n"
      "slipway:\n"
      "  rollback: {data: restore}\n"));

  REQUIRE(outcome.diagnostics.empty());
  const auto& extension = outcome.manifest.components[0].containers[0].slipway;
  REQUIRE(extension.health);
  CHECK(extension.health->kind == ProbeKind::http);
  CHECK(extension.health->path.value == "/ping");
  CHECK(extension.health->interval.count() == 5000);
  CHECK(extension.health->start_period.count() == 30'000);
  CHECK(extension.health->retries == 4);
  CHECK(extension.update.order == UpdateOrder::start_first);
  CHECK(extension.pids_limit.value == "10");
  CHECK(outcome.manifest.rollback == RollbackData::restore);
}

TEST_CASE("the second document of a file is another scheduler's") {
  const auto outcome = read_manifest(with_container("---\nkind: Deployment\n"));

  CHECK(outcome.diagnostics.empty());
}

TEST_CASE("an unknown key is a warning at the key") {
  const auto outcome = read_manifest(with_container("    imagename: x\n"));

  CHECK(outcome.accepted());
  CHECK(
      only_line(outcome) ==
      "9:5: components[0].containers[0].imagename: is no key of the language here and is ignored: "
      "check its spelling (unknown-key)");
}

struct Refusal {
  std::string keys;
  std::string expected;
};

TEST_CASE("a refusal names path, line, column and how to mend it") {
  const std::string here = "components[0].containers[0]";
  const std::vector<Refusal> refusals = {
      {"    privileged: maybe\n",
       "9:17: " + here + ".privileged: must be true or false, without quotes (type)"},
      {"    privileged: 'true'\n",
       "9:17: " + here + ".privileged: must be true or false, without quotes (type)"},
      {"    hostname: [a]\n",
       "9:15: " + here + ".hostname: must be a single value, not a list (type)"},
      {"    env_vars: {a: b}\n",
       "9:15: " + here + ".env_vars: must be a list, not a mapping (type)"},
      {"    oom_kill_disable: perhaps\n",
       "9:23: " + here + ".oom_kill_disable: must be true, false, 1, 0 or a template (bool)"},
      {"    shm_size: -1\n",
       "9:15: " + here + ".shm_size: must be a whole number, not negative, or a template (uint)"},
      {"    ports: [null, {private_port: '80'}]\n",
       "9:13: " + here + ".ports[0]: is empty: remove the dash or give it a value (exists)"},
      {"    ports:\n    - public_port: '80'\n",
       "10:7: " + here +
           ".ports[0].private_port: is required: add `private_port:` with a value (required)"},
      {"    image_key: x\n",
       "9:16: " + here + ".image_key: is filled in by the platform: remove it (isempty)"},
      {"    volumes:\n    - host_path: a\n      container_path: b\n",
       "11:23: " + here +
           ".volumes[0].container_path: must be an absolute path, beginning with / or with a "
           "template (absolutepath)"},
      {"    volumes:\n    - {host_path: a, container_path: /b, options: [rw, ro]}\n",
       "10:51: " + here +
           ".volumes[0].options: 'ro' contradicts or repeats another option: keep one of them "
           "(volumeoptions)"},
      {"    volumes_from: [nobody]\n",
       "9:20: " + here +
           ".volumes_from[0]: no other container has the name 'nobody' (containernameexists)"},
      {"    slipway: {health: {http: {path: /, port: 80}, exec: [x]}}\n",
       "9:23: " + here +
           ".slipway.health: needs exactly one of http, tcp and exec (slipway-health)"},
      {"    slipway: {health: {tcp: {port: 80}, interval: soon}}\n",
       "9:51: " + here +
           ".slipway.health.interval: must be a duration such as 10s, 500ms or 1m30s "
           "(slipway-duration)"},
      {"    slipway: {depends_on: [db]}\n",
       "9:28: " + here +
           ".slipway.depends_on[0]: nothing is called 'db': give a container's name, its "
           "image_name or a component's name (slipway-depends-on)"},
      {"    slipway: {depends_on: [web]}\n",
       "9:28: " + here +
           ".slipway.depends_on[0]: a container cannot depend on itself (slipway-cycle)"},
      {"    slipway: {image: {config: latest}}\n",
       "9:31: " + here +
           ".slipway.image.config: must be sha256: and 64 small hexadecimal digits "
           "(slipway-image)"},
      {"    publish_events:\n    - trigger: container-start\n      subscriptions:\n"
       "      - {component: db, container: x}\n",
       "12:21: " + here +
           ".publish_events[0].subscriptions[0].component: there is no component 'db': give "
           "its name (componentexists)"},
      {"    publish_events:\n    - trigger: container-start\n      subscriptions:\n"
       "      - {component: web, container: x}\n",
       "12:37: " + here +
           ".publish_events[0].subscriptions[0].container: component 'web' has no container 'x': "
           "give its image_name or name (containerexists)"},
      {"config:\n- name: g\n  items:\n  - {name: a, type: dropdown}\n",
       "12:21: config[0].items[0].type: is no type of a setting: use text, textarea, password, "
       "bool, select_one, select_many, select, file, label or heading (configitemtype)"},
      {"config:\n- name: g\n  items:\n  - {name: a, type: text, when: b=1}\n",
       "12:33: config[0].items[0].when: there is no setting 'b': write item=value with an item's "
       "name, or a template (configitemwhen)"}};
  for (const auto& row : refusals) {
    const auto& keys = row.keys;
    const auto& expected = row.expected;
    CAPTURE(keys);

    const auto outcome = read_manifest(with_container(keys));

    CHECK_FALSE(outcome.accepted());
    CHECK(only_line(outcome) == expected);
  }
}

TEST_CASE("what the original loads although it cannot work is a warning") {
  const std::string here = "components[0].containers[0]";
  const std::vector<Refusal> warnings = {
      {"    ports:\n    - private_port: '99999'\n",
       "10:21: " + here + ".ports[0].private_port: must be a port from 1 to 65535 (slipway-port)"},
      {"    publish_events:\n    - {trigger: sometimes}\n",
       "10:17: " + here +
           ".publish_events[0].trigger: must be container-start, container-stop, port-listen or "
           "exec (slipway-trigger)"}};
  for (const auto& row : warnings) {
    const auto& keys = row.keys;
    const auto& expected = row.expected;
    CAPTURE(keys);

    const auto outcome = read_manifest(with_container(keys));

    CHECK(outcome.accepted());
    CHECK(only_line(outcome) == expected);
  }
}

TEST_CASE("the root has its own rules") {
  CHECK(only_line(read_manifest("name: x\n")) ==
        "1:1: replicated_api_version: is required: add `replicated_api_version:` with a value "
        "(required)");
  CHECK(only_line(read_manifest("replicated_api_version: '2.8'\n")) ==
        "1:25: replicated_api_version: must be a version MAJOR.MINOR.PATCH, such as 2.8.0 "
        "(apiversion)");
  CHECK(only_line(read_manifest("- a\n")).find("must be a mapping of keys, not a list") !=
        std::string::npos);
}

TEST_CASE("what is no YAML is one finding with its place") {
  CHECK(only_line(read_manifest("")).starts_with("1:1: the document is empty"));
  CHECK(only_line(read_manifest("a: [1\nb: 2\n")).starts_with("2:"));
}

TEST_CASE("below 2.8.0 a port needs its host port") {
  const auto document = with_container("    ports: [{private_port: '80'}]\n");
  auto older = document;
  older.replace(older.find("2.9.0"), 5, "2.7.9");

  CHECK(read_manifest(document).accepted());
  CHECK(only_line(read_manifest(older)).find("(required_minapiversion)") != std::string::npos);
}

TEST_CASE("a document of many mistakes ends at a bound") {
  std::string keys;
  for (int i = 0; i < 2000; ++i) {
    keys += "    key" + std::to_string(i) + ": x\n";
  }

  const auto outcome = read_manifest(with_container(keys + "    privileged: maybe\n"));

  CHECK(outcome.diagnostics.size() <= 501);
  CHECK_FALSE(outcome.accepted());
}

TEST_SUITE_END();

}  // namespace
