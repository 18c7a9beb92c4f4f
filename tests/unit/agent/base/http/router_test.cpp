#include "agent/base/http/router.hpp"

#include "agent/base/http/url.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace base::http;

namespace {

enum class Permission { anyone, admin };
using TestRouter = Router<Permission, std::string>;

TestRouter::Match find(const TestRouter& router, std::string_view method, std::string_view path) {
  return router.find(method, *split_path(path));
}

}  // namespace

TEST_CASE("a route is found with its permission and its parameters") {
  TestRouter router;
  router.add("GET", "/api/v1/exec/{id}/output", Permission::admin, "output");

  const auto match = find(router, "GET", "/api/v1/exec/a%2fb/output");

  REQUIRE(match.route != nullptr);
  CHECK(match.route->permission == Permission::admin);
  CHECK(match.route->action == "output");
  CHECK(match.parameters.at("id") == "a/b");
}

TEST_CASE("a literal beats a parameter, and a parameter beats the rest, in any order of addition") {
  TestRouter router;
  router.add("GET", "/{rest...}", Permission::anyone, "rest")
      .add("GET", "/{name}", Permission::anyone, "parameter")
      .add("GET", "/-/ping", Permission::anyone, "ping")
      .add("GET", "/-/{what}", Permission::anyone, "dash");

  CHECK(find(router, "GET", "/-/ping").route->action == "ping");
  CHECK(find(router, "GET", "/-/pong").route->action == "dash");
  CHECK(find(router, "GET", "/lodash").route->action == "parameter");
  CHECK(find(router, "GET", "/a/b/c").route->action == "rest");
  CHECK(find(router, "GET", "/a/b/c").parameters.at("rest") == "a/b/c");
}

TEST_CASE("a path that no route has is not found") {
  TestRouter router;
  router.add("GET", "/a/{b}", Permission::anyone, "x");

  for (const auto* path : {"/", "/a", "/a/", "/a/b/c", "/b/c", "/a/b/"}) {
    CAPTURE(path);
    const auto match = find(router, "GET", path);
    CHECK(match.route == nullptr);
    CHECK(match.allow.empty());
  }
}

TEST_CASE("a known path with another method names the methods it has") {
  TestRouter router;
  router.add("GET", "/a", Permission::anyone, "get").add("PUT", "/a", Permission::admin, "put");

  const auto match = find(router, "DELETE", "/a");

  CHECK(match.route == nullptr);
  CHECK(match.allow == "GET, HEAD, PUT");
}

TEST_CASE("HEAD takes the route of GET unless it has its own") {
  TestRouter router;
  router.add("GET", "/a", Permission::anyone, "get a")
      .add("GET", "/b", Permission::anyone, "get b")
      .add("HEAD", "/b", Permission::anyone, "head b");

  CHECK(find(router, "HEAD", "/a").route->action == "get a");
  CHECK(find(router, "HEAD", "/b").route->action == "head b");
}
