#include "tests/support/agent/render/rendering.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace agent::render;  // NOLINT(google-build-using-namespace): the folder under test.
using tests::Rendering;

TEST_SUITE_BEGIN("render");

TEST_CASE("a container without anything gets the defaults") {
  const auto deployment = Rendering().run_container("");

  REQUIRE(deployment);
  CHECK(deployment->app == "app");
  REQUIRE(deployment->containers.size() == 1);
  const auto& container = deployment->containers[0];
  CHECK(container.key == "web");
  CHECK(container.display_name == "web");
  CHECK(container.docker_name.empty());
  CHECK(container.image == ImageReference{.source = "public", .name = "acme/web", .tag = "1"});
  CHECK_FALSE(container.cmd);
  CHECK(container.publish_all_ports);
  CHECK(container.restart.policy == RestartPolicy::no);
  CHECK(container.networks == std::vector<Attachment>{{.network = "app", .aliases = {"web"}}});
  CHECK(deployment->networks == std::vector<Network>{{.name = "app"}});
  CHECK(deployment->consents.empty());
}

TEST_CASE("what `when` switches off is left out with all that refers to it") {
  const auto deployment = Rendering().run(
      "replicated_api_version: 2.9.0\nname: App\ncomponents:\n- name: C\n  containers:\n"
      "  - {source: public, image_name: a, version: '1', slipway: {depends_on: [b]}}\n"
      "  - source: public\n    image_name: b\n    version: '1'\n    when: 'false'\n"
      "    publish_events:\n    - trigger: container-start\n      subscriptions:\n"
      "      - {component: C, container: c}\n"
      "  - {source: public, image_name: c, version: '1'}\n");

  REQUIRE(deployment);
  REQUIRE(deployment->containers.size() == 2);
  CHECK(deployment->containers[0].depends_on.empty());
  CHECK(deployment->find("b") == nullptr);
  CHECK(deployment->find("c") != nullptr);
}

TEST_CASE("of two variables with one name the last counts") {
  const auto deployment = Rendering().run_container(
      "    env_vars:\n    - {name: A, value: '1'}\n    - {name: B, value: '2'}\n"
      "    - {name: A, value: '3'}\n    - {name: B, value: '4', when: 'false'}\n");

  REQUIRE(deployment);
  const auto& env = deployment->containers[0].env;
  REQUIRE(env.size() == 2);
  CHECK(env[0].name == "B");
  CHECK(env[1].value == "3");
}

TEST_CASE("files are grouped by directory into volumes named by their content") {
  const std::string files =
      "    config_files:\n    - {filename: /etc/web/a.conf, contents: one}\n"
      "    - {filename: /etc//web/./b.conf, contents: two, file_mode: '0600', file_owner: '5:6'}\n"
      "    - {filename: /srv/c, contents: three}\n";

  const auto deployment = Rendering().run_container(files);
  auto other_text = files;
  other_text.replace(other_text.find("three"), 5, "four.");
  const auto changed = Rendering().run_container(other_text);

  REQUIRE(deployment);
  REQUIRE(changed);
  const auto& config = deployment->containers[0].config;
  REQUIRE(config.size() == 2);
  CHECK(config[0].target == "/etc/web");
  CHECK(config[0].volume == "app_cfg_" + config[0].hash.substr(0, 16));
  REQUIRE(config[0].files.size() == 2);
  CHECK(config[0].files[1].name == "b.conf");
  CHECK(config[0].files[1].mode == 0600);
  CHECK(config[0].files[1].gid == 6);
  CHECK(changed->containers[0].config[0].volume == config[0].volume);
  CHECK(changed->containers[0].config[1].volume != config[1].volume);
}

TEST_CASE("files where a volume cannot go are copied") {
  const auto deployment = Rendering().run_container(
      "    volumes: [{host_path: data, container_path: /data}]\n"
      "    config_files:\n    - {filename: /top, contents: x}\n"
      "    - {filename: /data/inside, contents: y}\n");

  REQUIRE(deployment);
  const auto& config = deployment->containers[0].config;
  REQUIRE(config.size() == 2);
  CHECK(config[0].target == "/");
  CHECK(config[0].delivery == ConfigDelivery::archive);
  CHECK(config[1].delivery == ConfigDelivery::archive);
  CHECK(config[1].volume.empty());
}

TEST_CASE("an uploaded file reaches its container, byte for byte") {
  Rendering rendering;
  const std::string bytes("\x00\xFF\n", 3);
  rendering.changes["ca"] = {.value = "ca.pem", .data = bytes};

  const auto deployment = rendering.run_container(
      "    customer_files: [{name: ca, filename: /etc/ca.pem}, {name: no, filename: /etc/no}]\n"
      "config:\n- {name: g, items: [{name: ca, type: file}]}\n");

  REQUIRE(deployment);
  REQUIRE(deployment->containers[0].config.size() == 1);
  REQUIRE(deployment->containers[0].config[0].files.size() == 1);
  CHECK(deployment->containers[0].config[0].files[0].content == bytes);
  CHECK(deployment_from_json(to_json(*deployment)).has_value());
}

TEST_CASE("volumes are named by the application, host paths are kept") {
  const auto deployment = Rendering().run_container(
      "    volumes:\n    - {host_path: data, container_path: /a, is_ephemeral: true}\n"
      "    - {host_path: /srv//x/, container_path: /b, options: [ro, rshared]}\n");

  REQUIRE(deployment);
  const auto& mounts = deployment->containers[0].mounts;
  REQUIRE(mounts.size() == 2);
  CHECK(mounts[0].source == "app_data");
  CHECK(mounts[1].source == "/srv/x");
  CHECK(mounts[1].read_only);
  CHECK(mounts[1].propagation == "rshared");
  CHECK(deployment->volumes == std::vector<Volume>{{.name = "app_data", .ephemeral = true}});
  CHECK(deployment->host_directories == std::vector<HostDirectory>{{.path = "/srv/x"}});
}

TEST_CASE("powers over the host are asked for, not taken silently") {
  const auto deployment = Rendering().run_container(
      "    privileged: true\n    network_mode: host\n    pid_mode: host\n"
      "    security_cap_add: [NET_ADMIN]\n"
      "    security_options: [no-new-privileges, apparmor=unconfined]\n"
      "    volumes:\n    - {host_path: /var/run/docker.sock, container_path: /s}\n"
      "    - {host_path: /etc, container_path: /e}\n");

  REQUIRE(deployment);
  CHECK(deployment->consents ==
        std::vector<Consent>{{"web", "privileged", ""},
                             {"web", "host_network", ""},
                             {"web", "host_pid", ""},
                             {"web", "docker_socket", "/var/run/docker.sock"},
                             {"web", "host_path", "/etc"},
                             {"web", "capability", "NET_ADMIN"},
                             {"web", "security_option", "apparmor=unconfined"}});
  CHECK(deployment->containers[0].networks.empty());
}

TEST_CASE("the original's timeouts keep their meaning") {
  const auto timeout = [](const std::string& text) {
    const auto deployment = Rendering().run_container(
        "    publish_events:\n    - trigger: exec\n      args: [x]\n" + text +
        "      subscriptions: [{component: Web, container: acme/next}]\n"
        "  - {source: public, image_name: acme/next, version: '1'}\n");
    REQUIRE(deployment);
    return deployment->containers[0].publish_events.at(0).timeout;
  };

  CHECK(timeout("") == std::chrono::seconds(600));
  CHECK(timeout("      timeout: 0\n") == std::chrono::seconds(600));
  CHECK(timeout("      timeout: 7\n") == std::chrono::seconds(7));
  CHECK_FALSE(timeout("      timeout: -1\n"));
}

TEST_CASE("what makes no sense is refused with its place") {
  const std::string here = "components[0].containers[0]";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"    cmd: run me\n",
       here + ".cmd (line 9, column 10): must be a JSON list of words, such as "
              "'[\"server\", \"--verbose\"]'"},
      {"    memory_limit: lots\n",
       here + ".memory_limit (line 9, column 19): must be a number of bytes such as 500m or 2g"},
      {"    network_mode: container:stranger\n",
       here +
           ".network_mode (line 9, column 19): 'stranger' must be one container of this document"},
      {"    labels: [io.slipway.app=x]\n",
       here + ".labels[0] (line 9, column 14): must have a name, one that does not begin with "
              "io.slipway."},
      {"    ports: [{private_port: '{{repl \"x\"}}'}]\n",
       here + ".ports[0].private_port (line 9, column 28): must be a port from 1 to 65535"},
      {"    ports: [{private_port: '80', interface: eth9}]\n",
       here + ".ports[0].interface (line 9, column 45): 'eth9' is neither an address nor an "
              "interface of this host"},
      {"    config_files: [{filename: /etc/../x, contents: a}]\n",
       here + ".config_files[0].filename (line 9, column 31): must not lead upwards with .."},
      {"    config_files: [{filename: /x/a, contents: a}, {filename: /x//a, contents: b}]\n",
       here + ".config_files[1].filename (line 9, column 62): another file has the same path"},
      {"    config_files: [{filename: /a, contents: a}]\n    readonly_rootfs: true\n",
       here + " (line 6, column 5): a file directly in / cannot be placed with a read-only root"},
      {"    volumes: [{host_path: ../x, container_path: /a}]\n",
       here + ".volumes[0].host_path (line 9, column 27): must be an absolute path, or a volume's "
              "name of letters, digits, _ . -"},
      {"    when: perhaps\n",
       here + ".when (line 9, column 11): must be true or false, or give that"},
      {"    user: '{{repl if}}'\n",
       here + ".user (line 9, column 11): template: value:1: missing value for if"},
      {"state: {ready: {command: raw}}\n",
       "state.ready.command (line 9, column 26): must be http_status_code or tcp_port_accept"}};
  for (const auto& row : cases) {
    const auto& keys = row.first;
    const auto& expected = row.second;
    CAPTURE(keys);

    const auto deployment = Rendering().run_container(keys);

    REQUIRE_FALSE(deployment);
    CHECK(deployment.error().message == expected);
  }
}

TEST_CASE("a document of many greedy templates ends in an error") {
  std::string keys = "    env_vars:\n";
  for (int i = 0; i < 200; ++i) {
    keys += "    - {name: A" + std::to_string(i) +
            ", value: '{{repl $l := Split \"aaaaaaaaaaaaaaaaaaaa\" \"\"}}{{repl range $l}}"
            "{{repl range $l}}{{repl range $l}}{{repl end}}{{repl end}}{{repl end}}'}\n";
  }

  const auto deployment = Rendering().run_container(keys);

  REQUIRE_FALSE(deployment);
  CHECK(deployment.error().reason == "template_limit");
}

TEST_CASE("secrets are listed, and not in the clear where a text is masked") {
  Rendering rendering;
  rendering.changes["p"] = {.value = "hunter22"};

  const auto deployment = rendering.run_container(
      "    env_vars: [{name: P, value: 'x{{repl ConfigOption \"p\"}}y'}]\n"
      "config:\n- {name: g, items: [{name: p, type: password}]}\n");

  REQUIRE(deployment);
  CHECK(deployment->secret_values == std::vector<std::string>{"hunter22"});
  const auto shown = masked(to_pretty_json(*deployment), deployment->secret_values);
  CHECK(shown.find("hunter22") == std::string::npos);
  CHECK(shown.find("x***y") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
