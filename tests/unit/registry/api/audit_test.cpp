#include "registry/store/organizations.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;

struct World {
  World() : ann(registry.login("ann")), root(registry.login("root")) {
    REQUIRE(registry.organizations().set_administrator("root", true));
  }
  std::string log(const std::string& query = "") {
    return registry.get("/-/registry/audit" + query, root).body;
  }
  RegistryUnderTest registry;
  HeaderList ann;
  HeaderList root;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_SUITE_BEGIN("registry.api.audit");

TEST_CASE("a write is in the log when it is answered, with who, what and how it ended") {
  World world;
  REQUIRE(world.registry.publish(world.ann, "n", "1.0.0").status == 201);
  REQUIRE(world.registry.publish(world.root, "n", "1.0.0").status == 403);
  REQUIRE(world.registry.publish({}, "n", "1.1.0").status == 401);

  const auto log = world.log("?package=n");

  CHECK(contains(log, R"("action":"PUT /n","client":"127.0.0.1")"));
  CHECK(contains(log, R"("package":"n","position":1,"status":201)"));
  CHECK(contains(log, R"("user":"ann")"));
  CHECK(contains(log, R"("status":403)"));
  CHECK(contains(world.log("?user=root"), R"("status":403)"));
  CHECK_FALSE(contains(world.log("?user=root"), R"("user":"ann")"));
  CHECK(contains(world.log("?after=1"), R"("position":2)"));
  CHECK_FALSE(contains(world.log("?after=1"), R"("position":1,)"));
}

TEST_CASE("reads are in the log when not everybody may read") {
  World world;
  REQUIRE(world.registry.publish(world.ann, "open", "1.0.0").status == 201);
  REQUIRE(world.registry.publish(world.ann, "shut", "1.0.0").status == 201);
  REQUIRE(world.registry
              .request("POST", "/-/package/shut/access", world.ann, R"({"access":"restricted"})")
              .status == 200);

  REQUIRE(world.registry.get("/open", world.ann).status == 200);
  REQUIRE(world.registry.get("/shut", world.ann).status == 200);
  REQUIRE(world.registry.get("/shut/-/shut-1.0.0.tgz").status == 404);
  // The entry of a write is stored after those that came before it.
  REQUIRE(world.registry.request("PUT", "/-/package/open/dist-tags/next", world.ann, "\"1.0.0\"")
              .status == 201);

  const auto log = world.log();
  CHECK(contains(log, R"("action":"GET /shut",)"));
  CHECK(contains(log, R"("action":"GET /shut/-/shut-1.0.0.tgz",)"));
  CHECK_FALSE(contains(log, R"("action":"GET /open",)"));
}

TEST_CASE("no token is written into the log") {
  World world;
  const auto token = world.ann.front().second.substr(7);

  REQUIRE(world.registry.request("DELETE", "/-/user/token/" + token, world.ann).status == 200);

  CHECK_FALSE(contains(world.log(), token));
  CHECK(contains(world.log(), R"("action":"DELETE /-/user/token/***")"));
}

TEST_CASE("the log is for administrators") {
  World world;

  CHECK(world.registry.get("/-/registry/audit", world.ann).status == 403);
  CHECK(world.registry.get("/-/registry/audit").status == 401);
}

TEST_SUITE_END();

}  // namespace
