#include "agent/render/deployment.hpp"

#include "tests/support/agent/render/rendering.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using agent::render::Deployment;
using tests::Rendering;

constexpr const char* k_first =
    "    user: '1'\n    env_vars: [{name: A, value: b}]\n    hostname: h\n";

Deployment rendered(const std::string& keys) {
  auto deployment = Rendering().run_container(keys);
  REQUIRE_MESSAGE(deployment, deployment.error().message);
  return *deployment;
}

TEST_SUITE_BEGIN("render.deployment");

TEST_CASE("the id does not depend on the order of keys or on how they are written") {
  const auto id = rendered(k_first).id();

  CHECK(id.size() == 64);
  CHECK(rendered("    hostname: \"h\"\n    env_vars:\n    - value: b\n      name: A\n    user: 1\n")
            .id() == id);
}

TEST_CASE("every meaningful change gives another id") {
  std::set<std::string> ids = {rendered(k_first).id()};
  const std::vector<std::string> changes = {"    privileged: true\n",
                                            "    stop_timeout: 5\n",
                                            "    restart: {policy: always}\n",
                                            "    ephemeral: true\n",
                                            "    slipway: {tmpfs: [/tmp]}\n",
                                            "    slipway: {health: {tcp: {port: 1}}}\n",
                                            "    slipway: {update: {order: start-first}}\n",
                                            "    ports: [{private_port: '1'}]\n",
                                            "    config_files: [{filename: /a/b, contents: x}]\n",
                                            "    config_files: [{filename: /a/b, contents: y}]\n",
                                            "    labels: [a=b]\n",
                                            "    entrypoint: []\n",
                                            "version: '2'\n",
                                            "slipway: {rollback: {data: restore}}\n"};
  for (const auto& change : changes) {
    CAPTURE(change);

    CHECK(ids.insert(rendered(k_first + change).id()).second);
  }
}

TEST_CASE("secrets are no part of the id") {
  auto deployment = rendered(k_first);
  const auto id = deployment.id();

  deployment.secret_values.emplace_back("hunter2");

  CHECK(deployment.id() == id);
}

TEST_CASE("JSON brings back what was written") {
  const std::filesystem::path source_dir = SLIPWAY_SOURCE_DIR;
  const auto deployment =
      Rendering().run(tests::file_text(source_dir / "tests/unit/agent/render/golden/sample.yaml"));
  REQUIRE(deployment);

  const auto read = agent::render::deployment_from_json(to_json(*deployment));

  REQUIRE_MESSAGE(read, read.error().message);
  CHECK(*read == *deployment);
  CHECK(read->id() == deployment->id());
}

TEST_CASE("a damaged record is refused with its path") {
  auto json = to_json(rendered(k_first));
  json.replace(json.find("\"privileged\":false"), 18, "\"privileged\":\"no\"");

  const auto read = agent::render::deployment_from_json(json);

  REQUIRE_FALSE(read);
  CHECK(read.error().message == "deployment: $.containers[0].privileged: must be true or false");
  CHECK_FALSE(agent::render::deployment_from_json("[]"));
  CHECK_FALSE(agent::render::deployment_from_json("{}"));
}

TEST_CASE("the deadline of a release is its containers' largest") {
  CHECK(rendered("    slipway: {update: {healthy_deadline: 7m}}\n"
                 "  - {source: public, image_name: b, version: '1'}\n")
            .healthy_deadline() == std::chrono::minutes(7));
}

TEST_CASE("masking takes the longest secret first and leaves very short ones") {
  CHECK(agent::render::masked("abcdef abcd ab", {"ab", "abcd", "abcdef"}) == "*** *** ab");
}

TEST_SUITE_END();

}  // namespace
