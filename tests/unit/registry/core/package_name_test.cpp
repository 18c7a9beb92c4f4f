#include "registry/core/package_name.hpp"

#include <doctest/doctest.h>

namespace {

using registry::core::check_new_name;
using registry::core::is_readable_name;
using registry::core::PackageResource;
using registry::core::parse_package_path;
using registry::core::tarball_path;

TEST_SUITE_BEGIN("registry.core.package_name");

TEST_CASE("every spelling of a path names the same package and resource") {
  struct Row {
    const char* path;
    PackageResource resource;
    const char* name;
    const char* selector;
    const char* revision;
  };
  const Row rows[] = {
      // NOLINT(modernize-avoid-c-arrays)
      {"/lodash", PackageResource::document, "lodash", "", ""},
      {"/lodash/", PackageResource::document, "lodash", "", ""},
      {"/@s%2fn", PackageResource::document, "@s/n", "", ""},
      {"/@s%2Fn", PackageResource::document, "@s/n", "", ""},
      {"/%40s%2Fn", PackageResource::document, "@s/n", "", ""},
      {"/@s/n", PackageResource::document, "@s/n", "", ""},
      {"/%40s/n", PackageResource::document, "@s/n", "", ""},
      {"/lodash/1.0.0", PackageResource::version, "lodash", "1.0.0", ""},
      {"/lodash/1.0.0%2Bx", PackageResource::version, "lodash", "1.0.0+x", ""},
      {"/@s/n/latest", PackageResource::version, "@s/n", "latest", ""},
      {"/@s%2fn/latest", PackageResource::version, "@s/n", "latest", ""},
      {"/n/-/n-1.0.0.tgz", PackageResource::tarball, "n", "n-1.0.0.tgz", ""},
      {"/@s/n/-/n-1.0.0.tgz", PackageResource::tarball, "@s/n", "n-1.0.0.tgz", ""},
      {"/@s%2fn/-/n-1.0.0.tgz", PackageResource::tarball, "@s/n", "n-1.0.0.tgz", ""},
      {"/@s/n/-/@s/n-1.0.0.tgz", PackageResource::tarball, "@s/n", "n-1.0.0.tgz", ""},
      {"/@s%2fn/-/@s%2fn-1.0.0.tgz", PackageResource::tarball, "@s/n", "n-1.0.0.tgz", ""},
      {"/n/-rev/3-ab", PackageResource::document, "n", "", "3-ab"},
      {"/@s%2fn/-rev/3-ab", PackageResource::document, "@s/n", "", "3-ab"},
      {"/n/-/n-1.0.0.tgz/-rev/3-ab", PackageResource::tarball, "n", "n-1.0.0.tgz", "3-ab"},
      {"/@s/n/-/n-1.0.0.tgz/-rev/3-a", PackageResource::tarball, "@s/n", "n-1.0.0.tgz", "3-a"},
      {"/__proto__", PackageResource::document, "__proto__", "", ""},
      {"/JSONStream", PackageResource::document, "JSONStream", "", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);

    const auto path = parse_package_path(row.path);

    REQUIRE(path);
    CHECK(path->resource == row.resource);
    CHECK(path->name == row.name);
    CHECK(path->selector == row.selector);
    CHECK(path->revision.value_or("") == row.revision);
  }
}

TEST_CASE("a path that names no package is none") {
  for (const char* path : {"/",
                           "/-/ping",
                           "/-/package/n/dist-tags",
                           "/@s",
                           "/@s/",
                           "/@/n",
                           "/@s%2f",
                           "/..",
                           "/n/..",
                           "/%2e%2e/x",
                           "/a%2fb",
                           "/@s%2fa%2fb",
                           "/@s%252fn%",
                           "/n%00",
                           "/n/-/..",
                           "/n/-/a%2fb",
                           "/n/1.0.0/extra",
                           "/n/-/@other/n-1.0.0.tgz",
                           "/n%",
                           "/n%zz"}) {
    CAPTURE(path);

    CHECK_FALSE(parse_package_path(path).has_value());
  }
}

TEST_CASE("a path is decoded once and not twice") {
  const auto path = parse_package_path("/@s%252fn/x");

  REQUIRE(path);
  CHECK(path->name == "@s%2fn/x");
}

TEST_CASE("old names stay readable and cannot be chosen for a package") {
  for (const char* name : {"JSONStream", "_x", ".x", "@S/x", "node_modules", "http", "a b"}) {
    CAPTURE(name);

    CHECK(is_readable_name(name));
    CHECK_FALSE(check_new_name(name).has_value());
  }
}

TEST_CASE("ordinary names can be chosen") {
  for (const char* name :
       {"lodash", "@s/n", "a.b", "x-y_z~1", "@types/node", "@s/http", "@s/_x", "-x"}) {
    CAPTURE(name);

    CHECK(check_new_name(name).has_value());
  }
}

TEST_CASE("a name of 214 characters can be chosen and one of 215 cannot") {
  CHECK(check_new_name(std::string(214, 'a')).has_value());
  CHECK_FALSE(check_new_name(std::string(215, 'a')).has_value());
}

TEST_CASE("the address of a tarball leaves the scope out of the file") {
  CHECK(tarball_path("@s/n", "1.0.0") == "/@s/n/-/n-1.0.0.tgz");
  CHECK(tarball_path("n", "1.0.0-b.1") == "/n/-/n-1.0.0-b.1.tgz");
  CHECK(tarball_path("a b", "1.0.0") == "/a%20b/-/a%20b-1.0.0.tgz");
}

TEST_SUITE_END();

}  // namespace
