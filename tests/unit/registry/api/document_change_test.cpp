#include "registry/api/document_change.hpp"

#include "tests/support/registry/store/sample_package.hpp"

#include <doctest/doctest.h>

namespace {

using registry::k_sample_time;
using registry::sample_publish;
using namespace registry::api;  // NOLINT(google-build-using-namespace)

registry::core::Package package_with(std::initializer_list<const char*> versions) {
  registry::core::Package package{.name = "n"};
  for (const auto* version : versions) {
    package = sample_publish(package, version).after;
  }
  return package;
}

TEST_SUITE_BEGIN("registry.api.document_change");

TEST_CASE("only deprecations of a sent back document are taken over") {
  const auto change = read_document_change(
      R"({"name":"n","time":{},"users":{},"readme":"x","maintainers":[{"name":"mallory"}],)"
      R"("versions":{"1.0.0":{"deprecated":"old","dist":{"tarball":"http://evil"}}}})");
  REQUIRE(change);

  const auto applied = apply_document(package_with({"1.0.0"}), *change, k_sample_time);

  REQUIRE(applied);
  CHECK(applied->after.owners.front().name == "ann");
  CHECK(applied->after.versions.front().deprecated == "old");
  CHECK(applied->after.versions.front().content->manifest.find("evil") == std::string::npos);
}

TEST_CASE("booleans of old documents are read as deprecations") {
  const auto change = read_document_change(
      R"({"versions":{"1.0.0":{"deprecated":true},"2.0.0":{"deprecated":false}}})");

  REQUIRE(change);
  CHECK((*change->deprecations)[0].second == "deprecated");
  CHECK((*change->deprecations)[1].second.empty());
}

TEST_CASE("a lost latest moves to a release although the client chose a prerelease") {
  const auto package = package_with({"1.0.0", "2.0.0-beta", "1.1.0"});
  const auto change = read_document_change(
      R"({"versions":{"1.0.0":{},"2.0.0-beta":{}},"dist-tags":{"latest":"2.0.0-beta","b":"1.0.0"}})");
  REQUIRE(change);

  const auto applied = apply_revision(package, *change, package.revision_text(), k_sample_time);

  REQUIRE(applied);
  CHECK(applied->after.tags ==
        std::map<std::string, std::string>{{"b", "1.0.0"}, {"latest", "1.0.0"}});
}

TEST_CASE("a document that says nothing is refused") {
  const auto change = read_document_change(R"({"name":"n"})");
  REQUIRE(change);

  CHECK_FALSE(apply_document(package_with({"1.0.0"}), *change, k_sample_time).has_value());
}

TEST_SUITE_END();

}  // namespace
