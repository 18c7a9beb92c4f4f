#include "registry/core/document.hpp"

#include "registry/core/json_slices.hpp"
#include "registry/core/manifest.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace {

using namespace registry::core;  // NOLINT(google-build-using-namespace)

constexpr std::string_view k_url = "https://npm.example.org/prefix";

// Compares with a file under golden/; ACCEPT=1 rewrites the file instead.
void check_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(GOLDEN_FOLDER) + "/" + name;
  if (std::getenv("ACCEPT") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(path) << actual << '\n';
  }
  std::ostringstream expected;
  expected << std::ifstream(path).rdbuf();
  CHECK(actual + "\n" == expected.str());
}

Package sample() {
  const base::WallTime start{std::chrono::milliseconds(1'700'000'000'000)};
  Package package{.name = "@s/n"};
  int minute = 0;
  for (const char* version : {"1.0.0", "1.1.0"}) {
    const std::string text = std::string(R"({"name":"@s/n","version":")") + version +
                             R"(","description":"A \"sample\"","license":"MIT",)"
                             R"("dependencies":{"a":"^1.0.0"},"bin":{"n":"i.js"},)"
                             R"("scripts":{"install":"x"},"exports":{".":"./i.js"}})";
    auto built =
        build_manifest({.name = "@s/n",
                        .body = text,
                        .tarball = {.package_json = text, .file_count = 3, .unpacked_size = 193},
                        .blob = {"00ff", "AP8=", "abc", 42},
                        .publisher = {"ann", "ann@example.org"}});
    REQUIRE(built);
    auto change = with_publication(package,
                                   {.content = built->content,
                                    .tags = {"latest"},
                                    .publisher = {"ann", "ann@example.org"},
                                    .readme = "# n",
                                    .readme_file = "README.md"},
                                   start + std::chrono::minutes(minute++));
    REQUIRE(change);
    package = change->after;
  }
  package = with_deprecations(package, {{"1.0.0", "use 1.1"}}, start + std::chrono::hours(1)).after;
  package.sequence = 42;
  return package;
}

TEST_SUITE_BEGIN("registry.core.document");

TEST_CASE("the full document is as recorded") {
  const auto text = full_document(sample(), k_url);

  CHECK(validate_json(text).has_value());
  check_golden("full.json", text);
}

TEST_CASE("the abbreviated document is as recorded") {
  const auto text = abbreviated_document(sample(), k_url);

  CHECK(validate_json(text).has_value());
  check_golden("abbreviated.json", text);
}

TEST_CASE("one version's manifest is as recorded") {
  const auto package = sample();

  const auto text = version_document(package.versions.front(), k_url);

  CHECK(validate_json(text).has_value());
  check_golden("version.json", text);
}

TEST_CASE("every version ever published keeps its time") {
  auto package = sample();
  package = without_versions(package, {"1.0.0"}, package.modified).after;

  const auto text = full_document(package, k_url);
  const auto members = members_of(text);

  REQUIRE(members);
  CHECK(find(*members, "versions").find("n-1.0.0.tgz") == std::string_view::npos);
  CHECK(find(*members, "time").find("1.0.0") != std::string_view::npos);
}

TEST_CASE("names and messages from outside cannot break out of the document") {
  auto package = sample();
  package = with_deprecations(package, {{"1.1.0", "\"},\n\"x\":{"}}, package.modified).after;
  package = with_star(package, "__proto__\"", true, package.modified).after;

  CHECK(validate_json(full_document(package, k_url)).has_value());
  CHECK(validate_json(abbreviated_document(package, k_url)).has_value());
}

TEST_SUITE_END();

}  // namespace
