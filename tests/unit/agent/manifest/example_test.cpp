#include "agent/manifest/document.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

const std::filesystem::path k_source_dir = SLIPWAY_SOURCE_DIR;

TEST_SUITE_BEGIN("manifest.examples");

TEST_CASE("the npm registry's manifest is read without a finding") {
  const auto text = tests::file_text(k_source_dir / "manifests/npm-registry/1.0.0.yaml");

  const auto outcome = agent::manifest::read_manifest(text);

  std::string findings;
  for (const auto& diagnostic : outcome.diagnostics) {
    findings += to_string(diagnostic) + "\n";
  }
  CHECK(findings.empty());
  CHECK(outcome.manifest.components.size() == 3);
}

TEST_CASE("complete manifests of others are accepted") {
  const auto corpus = tests::corpus_folder(k_source_dir);
  if (!corpus) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no folder");
    return;
  }
  int read = 0;
  for (const auto& file : std::filesystem::directory_iterator(*corpus / "manifests")) {
    CAPTURE(file.path().string());

    const auto outcome = agent::manifest::read_manifest(tests::file_text(file.path()));

    for (const auto& diagnostic : outcome.diagnostics) {
      if (diagnostic.severity == agent::manifest::Severity::error) {
        FAIL_CHECK(to_string(diagnostic));
      }
    }
    ++read;
  }
  CHECK(read > 0);
}

TEST_SUITE_END();

}  // namespace
