#include "agent/manifest/document.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Case {
  std::string title;
  std::string document;
  std::string expected;  // Lines.
};

std::vector<Case> read_cases() {
  std::istringstream lines(tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                                            "tests/unit/agent/manifest/language_cases.txt"));
  std::vector<Case> cases;
  bool in_document = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("== ")) {
      cases.push_back({.title = line.substr(3)});
      in_document = true;
    } else if (line == "--") {
      in_document = false;
    } else if (!cases.empty()) {
      (in_document ? cases.back().document : cases.back().expected) += line + "\n";
    }
  }
  return cases;
}

std::string told(const std::string& text) {
  std::string lines;
  for (const auto& diagnostic : agent::manifest::read_manifest(text).diagnostics) {
    const bool error = diagnostic.severity == agent::manifest::Severity::error;
    lines += (error ? "error " : "warning ") + diagnostic.path + " " + diagnostic.code + "\n";
  }
  return lines;
}

TEST_SUITE_BEGIN("manifest.language_cases");

TEST_CASE("documents are accepted and refused as the original's daemon did") {
  const auto cases = read_cases();

  CHECK(cases.size() > 60);
  for (const auto& example : cases) {
    CAPTURE(example.title);
    const bool whole = example.document.starts_with("replicated_api_version");
    CHECK(told((whole ? "" : "replicated_api_version: 2.9.0\n") + example.document) ==
          example.expected);
  }
}

TEST_CASE("every refusal says where and how to mend it") {
  for (const auto& example : read_cases()) {
    CAPTURE(example.title);
    for (const auto& diagnostic : agent::manifest::read_manifest(example.document).diagnostics) {
      CHECK(diagnostic.at.line > 0);
      CHECK(diagnostic.at.column > 0);
      CHECK(diagnostic.message.size() > 10);
    }
  }
}

TEST_SUITE_END();

}  // namespace
