#include "registry/core/semver.hpp"

#include <doctest/doctest.h>

namespace {

using registry::core::is_version_range;
using registry::core::parse_version;

TEST_SUITE_BEGIN("registry.core.semver");

TEST_CASE("a version is cleaned when it is read") {
  const std::pair<const char*, const char*> rows[] = {
      // NOLINT(modernize-avoid-c-arrays)
      {"1.2.3", "1.2.3"},
      {"v1.2.3", "1.2.3"},
      {"=v 1.2.3", "1.2.3"},
      {" 1.2.3 ", "1.2.3"},
      {"1.2.3+build.5", "1.2.3"},
      {"1.2.3-beta.1+b", "1.2.3-beta.1"},
      {"1.2.3alpha", "1.2.3-alpha"},
      {"1.2.3-0.3.7", "1.2.3-0.3.7"},
      {"9007199254740991.0.0", "9007199254740991.0.0"},
  };
  for (const auto& row : rows) {
    const auto& text = row.first;
    const auto& cleaned = row.second;
    CAPTURE(text);

    const auto version = parse_version(text);

    REQUIRE(version);
    CHECK(version->text() == cleaned);
  }
}

TEST_CASE("what is no version is refused") {
  for (const char* text : {"",
                           "1",
                           "1.2",
                           "1.2.x",
                           "a.b.c",
                           "1.2.3-",
                           "1.2.3-a..b",
                           "1.2.3+",
                           "9007199254740992.0.0",
                           "1.2.3 4",
                           "-1.2.3",
                           "1.2.3/../x"}) {
    CAPTURE(text);

    CHECK_FALSE(parse_version(text).has_value());
  }
  CHECK_FALSE(parse_version("1.2.3-" + std::string(256, 'a')).has_value());
}

TEST_CASE("precedence is that of the specification") {
  const char* ordered[] = {// NOLINT(modernize-avoid-c-arrays)
                           "1.0.0-alpha",
                           "1.0.0-alpha.1",
                           "1.0.0-alpha.beta",
                           "1.0.0-beta",
                           "1.0.0-beta.2",
                           "1.0.0-beta.11",
                           "1.0.0-rc.1",
                           "1.0.0",
                           "1.0.1",
                           "1.2.0",
                           "1.10.0",
                           "2.0.0"};
  for (std::size_t i = 0; i + 1 < std::size(ordered); ++i) {
    CAPTURE(ordered[i]);

    CHECK(*parse_version(ordered[i]) < *parse_version(ordered[i + 1]));
  }
}

TEST_CASE("build metadata does not make another version") {
  CHECK(*parse_version("1.0.0+a") == *parse_version("1.0.0+b"));
}

TEST_CASE("ranges are told from tags") {
  for (const char* range : {"1",
                            "1.2",
                            "1.x",
                            "x",
                            "*",
                            "",
                            "v1",
                            "^1.2.3",
                            "~1",
                            ">=1 <3",
                            "> 1",
                            "1 - 2",
                            "1.2.3 || 2",
                            "1.2.3-beta",
                            "~>1.0",
                            "=1.0.0"}) {
    CAPTURE(range);

    CHECK(is_version_range(range));
  }
  for (const char* tag :
       {"latest", "beta", "next-11", "1.0-stable", "release1", "x-men", "v", "1.2.3.4"}) {
    CAPTURE(tag);

    CHECK_FALSE(is_version_range(tag));
  }
}

TEST_SUITE_END();

}  // namespace
