#include "tests/support/golden.hpp"

#include "tests/support/agent/render/rendering.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

const std::filesystem::path k_source_dir = SLIPWAY_SOURCE_DIR;
const std::filesystem::path k_golden = k_source_dir / "tests/unit/agent/render/golden";

TEST_SUITE_BEGIN("render.golden");

TEST_CASE("the sample manifest renders as recorded") {
  tests::Rendering rendering;

  const auto deployment = rendering.run(tests::file_text(k_golden / "sample.yaml"));

  REQUIRE_MESSAGE(deployment, deployment.error().message);
  tests::check_golden(to_pretty_json(*deployment), k_golden / "sample.json");
}

TEST_CASE("the npm registry's manifest renders, and asks for no power over the host") {
  tests::Rendering rendering;

  const auto deployment =
      rendering.run(tests::file_text(k_source_dir / "manifests/npm-registry/1.0.0.yaml"));

  REQUIRE_MESSAGE(deployment, deployment.error().message);
  CHECK(deployment->app == "npm-registry");
  CHECK(deployment->consents.empty());
  CHECK(deployment->ready.has_value());
  CHECK(deployment->secret_values.size() == 1);
  REQUIRE(deployment->find("registry") != nullptr);
  CHECK(deployment->find("registry")->depends_on == std::vector<std::string>{"postgres"});
  for (const auto& container : deployment->containers) {
    CAPTURE(container.key);
    CHECK(container.read_only_root);
    CHECK(container.health.has_value());
    CHECK_FALSE(container.publish_all_ports);
    CHECK(container.networks.at(0).aliases.at(0) == container.service);
  }
}

TEST_CASE("complete manifests of others render, or are refused with a place") {
  const auto corpus = tests::corpus_folder(k_source_dir);
  if (!corpus) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no folder");
    return;
  }
  int rendered = 0;
  for (const auto& file : std::filesystem::directory_iterator(*corpus / "manifests")) {
    CAPTURE(file.path().string());
    tests::Rendering rendering;

    const auto deployment = rendering.run(tests::file_text(file.path()));

    if (deployment) {
      ++rendered;
      continue;
    }
    const auto& error = deployment.error();
    CAPTURE(error.message);
    CHECK((error.message.find("(line ") != std::string::npos || error.reason == "required"));
  }
  CHECK(rendered > 0);
}

TEST_SUITE_END();

}  // namespace
