#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;

struct World {
  World() : ann(registry.login("ann")), bob(registry.login("bob")), cid(registry.login("cid")) {
    REQUIRE(set("ann", "owner").status == 201);
  }
  base::http::ClientResponse set(const std::string& user, const std::string& role) {
    return registry.request(
        "PUT", "/-/org/acme/user", ann, R"({"user":")" + user + R"(","role":")" + role + R"("})");
  }
  int status(const std::string& method,
             const std::string& path,
             const HeaderList& who,
             const std::string& body = {}) {
    return registry.request(method, path, who, body).status;
  }
  RegistryUnderTest registry;
  HeaderList ann;
  HeaderList bob;
  HeaderList cid;
};

TEST_SUITE_BEGIN("registry.api.organizations");

TEST_CASE("whoever first adds a member founds the organization and owns it") {
  World world;

  const auto answer = world.set("bob", "developer");

  CHECK(answer.status == 201);
  CHECK(answer.body == R"({"org":{"name":"acme","size":2},"role":"developer","user":"bob"})");
  CHECK(world.registry.get("/-/org/acme/user", world.bob).body ==
        R"({"ann":"owner","bob":"developer"})");
  CHECK(world.registry.get("/-/org/%40acme/user", world.bob).status == 200);
  CHECK(world.status("GET", "/-/org/acme/user", world.cid) == 403);
  CHECK(world.status("GET", "/-/org/none/user", world.cid) == 404);
  CHECK(world.status("GET", "/-/org/acme/user", {}) == 401);
}

TEST_CASE("a scope in use is not taken by founding an organization") {
  World world;
  REQUIRE(world.registry.publish(world.bob, "@used/n", "1.0.0").status == 201);
  const auto found = [&](const std::string& organization, const HeaderList& who) {
    return world.status("PUT", "/-/org/" + organization + "/user", who, R"({"user":"cid"})");
  };

  CHECK(found("used", world.cid) == 403);
  CHECK(found("bob", world.cid) == 403);
  CHECK(found("Bad%20Name", world.cid) == 400);
  CHECK(found("used", world.bob) == 201);
  CHECK(found("bob", world.bob) == 201);
}

TEST_CASE("admins change members, and only owners change owners") {
  World world;
  REQUIRE(world.set("bob", "admin").status == 201);
  const auto put = [&](const std::string& body) {
    return world.status("PUT", "/-/org/acme/user", world.bob, body);
  };

  CHECK(put(R"({"user":"cid","role":"developer"})") == 201);
  CHECK(put(R"({"user":"cid","role":"owner"})") == 403);
  CHECK(put(R"({"user":"ann","role":"developer"})") == 403);
  CHECK(put(R"({"user":"cid","role":"king"})") == 400);
  CHECK(put(R"({"user":"nobody"})") == 400);
  CHECK(put("{}") == 400);
  CHECK(world.status("DELETE", "/-/org/acme/user", world.bob, R"({"user":"ann"})") == 403);
  CHECK(world.status("DELETE", "/-/org/acme/user", world.ann, R"({"user":"ann"})") == 409);
  CHECK(world.status("DELETE", "/-/org/acme/user", world.cid, R"({"user":"bob"})") == 403);
  CHECK(world.status("DELETE", "/-/org/acme/user", world.bob, R"({"user":"cid"})") == 204);
  CHECK(world.status("DELETE", "/-/org/acme/user", world.bob, R"({"user":"cid"})") == 404);
}

TEST_CASE("in an organization's scope only its members publish, and every member may") {
  World world;
  REQUIRE(world.registry.publish(world.ann, "@acme/n", "1.0.0").status == 201);

  CHECK(world.registry.publish(world.bob, "@acme/m", "1.0.0").status == 403);
  CHECK(world.registry.publish(world.bob, "@acme/n", "1.1.0").status == 403);
  REQUIRE(world.set("bob", "developer").status == 201);
  CHECK(world.registry.publish(world.bob, "@acme/m", "1.0.0").status == 201);
  CHECK(world.registry.publish(world.bob, "@acme/n", "1.1.0").status == 201);
}

TEST_CASE("a team's grant lets its members read or write") {
  World world;
  REQUIRE(world.set("bob", "developer").status == 201);
  REQUIRE(world.registry.publish(world.ann, "@acme/n", "1.0.0").status == 201);
  const std::string everybody = "/-/team/acme/developers";
  REQUIRE(world.status("DELETE", everybody + "/package", world.ann, R"({"package":"@acme/n"})") ==
          204);
  const std::string team = "/-/team/acme/readers";
  const auto grant = [&](const std::string& permission) {
    return world.status("PUT",
                        team + "/package",
                        world.ann,
                        R"({"package":"@acme/n","permissions":")" + permission + R"("})");
  };

  CHECK(world.status("PUT", "/-/org/acme/team", world.ann, R"({"name":"readers"})") == 201);
  CHECK(world.status("PUT", "/-/org/acme/team", world.ann, R"({"name":"readers"})") == 409);
  CHECK(world.status("PUT", "/-/org/acme/team", world.bob, R"({"name":"mine"})") == 403);
  CHECK(world.registry.get("/-/org/acme/team?format=cli", world.bob).body ==
        R"(["acme:developers","acme:readers"])");
  CHECK(world.status("PUT", team + "/user", world.ann, R"({"user":"cid"})") == 400);
  CHECK(world.status("PUT", team + "/user", world.ann, R"({"user":"bob"})") == 201);
  CHECK(world.registry.get(team + "/user", world.bob).body == R"(["bob"])");
  CHECK(grant("some") == 400);
  CHECK(grant("read-only") == 201);
  CHECK(world.registry.publish(world.bob, "@acme/n", "1.1.0").status == 403);
  CHECK(grant("read-write") == 201);
  CHECK(world.registry.publish(world.bob, "@acme/n", "1.1.0").status == 201);
  CHECK(world.registry.get(team + "/package", world.bob).body == R"({"@acme/n":"read-write"})");
  CHECK(world.status("DELETE", team + "/user", world.ann, R"({"user":"bob"})") == 204);
  CHECK(world.registry.publish(world.bob, "@acme/n", "1.2.0").status == 403);
  CHECK(world.status("DELETE", team, world.ann) == 204);
  CHECK(world.status("GET", team + "/user", world.ann) == 404);
  CHECK(world.status("DELETE", everybody, world.ann) == 403);
}

TEST_CASE("a team is given no package that the giver does not administer") {
  World world;
  REQUIRE(world.registry.publish(world.bob, "foreign", "1.0.0").status == 201);

  CHECK(world.status("PUT",
                     "/-/team/acme/developers/package",
                     world.ann,
                     R"({"package":"foreign","permissions":"read-write"})") == 403);
  CHECK(world.status("PUT",
                     "/-/team/acme/developers/package",
                     world.ann,
                     R"({"package":"none","permissions":"read-write"})") == 404);
}

TEST_CASE("packages are listed of organizations and of users") {
  World world;
  REQUIRE(world.registry.publish(world.ann, "@acme/n", "1.0.0").status == 201);
  REQUIRE(world.registry.publish(world.bob, "m", "1.0.0").status == 201);

  CHECK(world.registry.get("/-/org/acme/package", world.ann).body == R"({"@acme/n":"read-write"})");
  CHECK(world.registry.get("/-/org/acme/package", world.cid).body == R"({"@acme/n":"read-only"})");
  CHECK(world.registry.get("/-/org/bob/package", world.ann).status == 404);
  CHECK(world.registry.get("/-/user/bob/package", world.ann).body == R"({"m":"read-write"})");
  CHECK(world.registry.get("/-/user/none/package", world.ann).status == 404);
  CHECK(world.registry.get("/-/-/package?format=cli", world.bob).body == R"({"m":"read-write"})");
}

TEST_SUITE_END();

}  // namespace
