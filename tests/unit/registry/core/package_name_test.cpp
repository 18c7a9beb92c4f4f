#include "registry/core/package_name.hpp"

#include <doctest/doctest.h>

namespace {

using registry::core::check_new_name;
using registry::core::is_readable_name;
using registry::core::route_segments;
using registry::core::tarball_path;

TEST_SUITE_BEGIN("registry.core.package_name");

TEST_CASE("every spelling of a path has the same segments") {
  struct Row {
    const char* path;
    std::vector<std::string> segments;
  };
  const Row rows[] = {
      // NOLINT(modernize-avoid-c-arrays)
      {"/lodash", {"lodash"}},
      {"/lodash/", {"lodash"}},
      {"/@s%2fn", {"@s/n"}},
      {"/@s%2Fn", {"@s/n"}},
      {"/%40s%2Fn", {"@s/n"}},
      {"/@s/n", {"@s/n"}},
      {"/%40s/n", {"@s/n"}},
      {"/lodash/1.0.0", {"lodash", "1.0.0"}},
      {"/lodash/1.0.0%2Bx", {"lodash", "1.0.0+x"}},
      {"/@s/n/latest", {"@s/n", "latest"}},
      {"/@s%2fn/latest", {"@s/n", "latest"}},
      {"/n/-/n-1.0.0.tgz", {"n", "-", "n-1.0.0.tgz"}},
      {"/@s/n/-/n-1.0.0.tgz", {"@s/n", "-", "n-1.0.0.tgz"}},
      {"/@s%2fn/-/n-1.0.0.tgz", {"@s/n", "-", "n-1.0.0.tgz"}},
      {"/@s/n/-/@s/n-1.0.0.tgz", {"@s/n", "-", "n-1.0.0.tgz"}},
      {"/@s%2fn/-/@s%2fn-1.0.0.tgz", {"@s/n", "-", "n-1.0.0.tgz"}},
      {"/n/-rev/3-ab", {"n", "-rev", "3-ab"}},
      {"/@s%2fn/-rev/3-ab", {"@s/n", "-rev", "3-ab"}},
      {"/@s/n/-/n-1.0.0.tgz/-rev/3-a", {"@s/n", "-", "n-1.0.0.tgz", "-rev", "3-a"}},
      {"/-/ping", {"-", "ping"}},
      {"/-/package/@s%2fn/dist-tags/a%2fb", {"-", "package", "@s/n", "dist-tags", "a/b"}},
      {"/-/package/@s/n/dist-tags", {"-", "package", "@s/n", "dist-tags"}},
      {"/-/user/token/@s/n", {"-", "user", "token", "@s", "n"}},
      {"/__proto__", {"__proto__"}},
      {"/JSONStream", {"JSONStream"}},
      {"/@s%252fn/x", {"@s%2fn/x"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);

    const auto segments = route_segments(row.path);

    REQUIRE(segments);
    CHECK(*segments == row.segments);
  }
}

TEST_CASE("a path that names no package has no route") {
  for (const char* path : {"/",
                           "/-/package/..",
                           "/-/package/@s",
                           "/@s",
                           "/@s/",
                           "/@/n",
                           "/@s%2f",
                           "/..",
                           "/%2e%2e/x",
                           "/a%2fb",
                           "/@s%2fa%2fb",
                           "/@s%252fn%",
                           "/n%00",
                           "/-/ping%0a",
                           "/n%",
                           "/n%zz"}) {
    CAPTURE(path);

    CHECK_FALSE(route_segments(path).has_value());
  }
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
