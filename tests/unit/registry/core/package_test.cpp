#include "registry/core/package.hpp"

#include <doctest/doctest.h>

namespace {

using namespace registry::core;  // NOLINT(google-build-using-namespace)
using base::ErrorCode;

const base::WallTime k_now{std::chrono::milliseconds(1'700'000'000'000)};

std::shared_ptr<const VersionContent> content(const std::string& version) {
  return std::make_shared<VersionContent>(VersionContent{
      .version = version, .tarball = "n-" + version + ".tgz", .blob = "blob-" + version});
}

base::Result<Change> publish(const Package& before,
                             const std::string& version,
                             std::vector<std::string> tags = {"latest"}) {
  return with_publication(before,
                          {.content = content(version),
                           .tags = std::move(tags),
                           .publisher = {"ann", "ann@example.org"},
                           .readme = "readme of " + version,
                           .readme_file = "README.md"},
                          k_now);
}

Package published(std::initializer_list<const char*> versions) {
  Package package{.name = "n"};
  for (const auto* version : versions) {
    auto change = publish(package, version);
    REQUIRE(change);
    package = change->after;
  }
  return package;
}

TEST_SUITE_BEGIN("registry.core.package");

TEST_CASE("the first publish makes the publisher the owner") {
  const auto change = publish(Package{.name = "n"}, "1.0.0");

  REQUIRE(change);
  CHECK(change->after.revision == 1);
  CHECK(change->after.owners == std::vector<Person>{{"ann", "ann@example.org"}});
  CHECK(change->after.created == k_now);
  CHECK(change->added.size() == 1);
  CHECK(change->after.readme == "readme of 1.0.0");
}

TEST_CASE("a first publish under another tag becomes latest as well") {
  const auto change = publish(Package{.name = "n"}, "1.0.0-b", {"beta"});

  REQUIRE(change);
  CHECK(change->after.tags ==
        std::map<std::string, std::string>{{"beta", "1.0.0-b"}, {"latest", "1.0.0-b"}});
}

TEST_CASE("a later publish under another tag leaves latest alone") {
  const auto change = publish(published({"1.0.0"}), "2.0.0-b", {"beta"});

  REQUIRE(change);
  CHECK(change->after.tags.at("latest") == "1.0.0");
  CHECK(change->after.readme == "readme of 1.0.0");
}

TEST_CASE("latest follows a publish even when it is lower than the highest version") {
  CHECK(published({"2.0.0", "1.2.4"}).tags.at("latest") == "1.2.4");
}

TEST_CASE("a version is never replaced") {
  const auto again = publish(published({"1.0.0"}), "1.0.0");

  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::forbidden);
  CHECK(again.error().reason == "version_exists");
  CHECK(again.error().message.find("cannot publish over the previously published versions") !=
        std::string::npos);
  CHECK(again.error().message.find("same bytes") != std::string::npos);
}

TEST_CASE("an unpublished version is never used again and keeps its time") {
  const auto removed = without_versions(published({"1.0.0", "1.1.0"}), {"1.1.0"}, k_now);

  CHECK(removed.after.times.size() == 2);
  const auto again = publish(removed.after, "1.1.0");
  REQUIRE_FALSE(again);
  CHECK(again.error().reason == "version_exists");
}

TEST_CASE("losing latest moves it to the highest release and drops other tags") {
  auto package = published({"1.0.0", "1.10.0", "2.0.0-rc.1", "1.9.0"});
  package = with_tag(package, "old", "1.9.0", k_now)->after;

  const auto change = without_versions(package, {"1.9.0"}, k_now);

  CHECK(change.after.tags == std::map<std::string, std::string>{{"latest", "1.10.0"}});
  CHECK(change.removed == std::vector<std::string>{"1.9.0"});
}

TEST_CASE("without a release latest moves to the highest prerelease") {
  const auto package = published({"1.0.0-a.2", "1.0.0-a.10", "1.0.0"});

  CHECK(without_versions(package, {"1.0.0"}, k_now).after.tags.at("latest") == "1.0.0-a.10");
}

TEST_CASE("a package without versions is a tombstone that somebody else can take over") {
  const auto gone = without_versions(published({"1.0.0"}), {"1.0.0"}, k_now).after;
  CHECK(gone.is_unpublished());

  const auto change = with_publication(
      gone, {.content = content("1.0.1"), .tags = {"latest"}, .publisher = {"bob", ""}}, k_now);

  REQUIRE(change);
  CHECK(change->after.owners.front().name == "bob");
  CHECK(change->after.revision == 3);
}

TEST_CASE("modified grows with every write within one millisecond") {
  const auto first = published({"1.0.0"});
  const auto second = with_star(first, "bob", true, k_now).after;

  CHECK(second.modified > first.modified);
  CHECK(second.stars == std::vector<std::string>{"bob"});
  CHECK(with_star(second, "bob", false, k_now).after.stars.empty());
}

TEST_CASE("tags that are versions or ranges are refused") {
  for (const char* tag : {"1.0.0", "1", "^2", "x", ""}) {
    CAPTURE(tag);

    const auto change = with_tag(published({"1.0.0"}), tag, "1.0.0", k_now);

    REQUIRE_FALSE(change);
    CHECK(change.error().code == ErrorCode::invalid_input);
  }
}

TEST_CASE("a tag needs a version that exists") {
  const auto change = with_tag(published({"1.0.0"}), "beta", "3.0.0", k_now);

  REQUIRE_FALSE(change);
  CHECK(change.error().code == ErrorCode::not_found);
}

TEST_CASE("latest cannot be removed") {
  const auto change = without_tag(published({"1.0.0"}), "latest", k_now);

  REQUIRE_FALSE(change);
  CHECK(change.error().code == ErrorCode::forbidden);
}

TEST_CASE("only deprecations that differ are changes") {
  const auto package = published({"1.0.0", "1.1.0"});

  const auto change =
      with_deprecations(package, {{"1.0.0", "old"}, {"1.1.0", ""}, {"9.9.9", "?"}}, k_now);

  CHECK(change.deprecations == std::vector<std::pair<std::string, std::string>>{{"1.0.0", "old"}});
  const auto back = with_deprecations(change.after, {{"1.0.0", ""}}, k_now);
  CHECK(back.after.versions[0].deprecated.empty());
}

TEST_CASE("a package keeps an owner") {
  CHECK_FALSE(with_owners(published({"1.0.0"}), {}, k_now).has_value());
  CHECK(with_owners(published({"1.0.0"}), {{"bob", ""}}, k_now)->after.is_owned_by("bob"));
}

TEST_SUITE_END();

}  // namespace
