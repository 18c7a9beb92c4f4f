#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;
using registry::revision_of;

struct World {
  World() : ann(registry.login("ann")), bob(registry.login("bob")) {
    REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  }
  // What npm sends.
  int star(const HeaderList& who, const std::string& users) {
    const auto revision = revision_of(registry, "n");
    return registry
        .request(
            "PUT", "/n", who, R"({"_id":"n","_rev":")" + revision + R"(","users":)" + users + "}")
        .status;
  }
  std::string starred(const std::string& user, const HeaderList& who = {}) {
    return registry.get("/-/_view/starredByUser?key=%22" + user + "%22", who).body;
  }
  RegistryUnderTest registry;
  HeaderList ann;
  HeaderList bob;
};

TEST_SUITE_BEGIN("registry.api.feed");

TEST_CASE("every reader may star a package, and change nothing else of it") {
  World world;

  CHECK(world.star(world.bob, R"({"bob":true,"cid":true})") == 201);

  CHECK(world.registry.get("/n").body.find(R"("users":{"bob":true})") != std::string::npos);
  CHECK(world.starred("bob") == R"({"rows":[{"key":"bob","value":"n"}]})");
  CHECK(world.starred("cid") == R"({"rows":[]})");
  CHECK(world.registry.get("/-/_view/starredByUser?key=bob").status == 400);
  CHECK(world.star(world.bob, "{}") == 201);
  CHECK(world.starred("bob") == R"({"rows":[]})");
  const auto put = [&](const std::string& body) {
    return world.registry.request("PUT", "/n", world.bob, body).status;
  };
  CHECK(put(R"({"_id":"n","versions":{"1.0.0":{"deprecated":"x"}}})") == 403);
  CHECK(put(R"({"_id":"n","maintainers":[{"name":"bob"}]})") == 403);
  CHECK(world.registry.publish(world.bob, "n", "1.1.0").status == 403);
  CHECK(world.star({}, R"({"bob":true})") == 401);
}

TEST_CASE("a document sent back whole stars it for those who may do no more") {
  World world;
  const auto path = "/n/-rev/" + revision_of(world.registry, "n");

  CHECK(world.registry
            .request("PUT",
                     path,
                     world.bob,
                     R"({"_id":"n","versions":{},"users":{"bob":true},"maintainers":[]})")
            .status == 201);

  CHECK(world.registry.get("/n/1.0.0").status == 200);
  CHECK(world.starred("bob").find("\"n\"") != std::string::npos);
}

TEST_CASE("a package that may not be read is not starred, nor shown as starred") {
  World world;
  REQUIRE(world.star(world.ann, R"({"ann":true})") == 201);
  REQUIRE(
      world.registry.request("POST", "/-/package/n/access", world.ann, R"({"access":"restricted"})")
          .status == 200);

  CHECK(world.registry.request("PUT", "/n", world.bob, R"({"users":{"bob":true}})").status == 404);
  CHECK(world.starred("ann", world.bob) == R"({"rows":[]})");
  CHECK(world.starred("ann", world.ann).find("\"n\"") != std::string::npos);
}

TEST_CASE("the feed tells each package once, at its last write, in order") {
  World world;
  REQUIRE(world.registry.publish(world.ann, "m", "1.0.0").status == 201);
  REQUIRE(world.registry.publish(world.ann, "n", "1.1.0").status == 201);
  const auto revision = revision_of(world.registry, "n");

  const auto all = world.registry.get("/_changes").body;

  CHECK(all == R"({"last_seq":3,"results":[{"changes":[{"rev":"1-0000000000000002"}],"id":"m",)"
               R"("seq":2},{"changes":[{"rev":")" +
                   revision + R"("}],"id":"n","seq":3}]})");
  CHECK(world.registry.get("/_changes?since=2&limit=1").body.find(R"("id":"m")") ==
        std::string::npos);
  CHECK(world.registry.get("/_changes?since=3").body == R"({"last_seq":3,"results":[]})");
  for (const std::string wrong : {"feed=continuous", "include_docs=true", "since=now"}) {
    CHECK(world.registry.get("/_changes?" + wrong).status == 400);
  }
}

TEST_CASE("the feed shows what the reader may read, and what is gone as gone") {
  World world;
  REQUIRE(
      world.registry.request("POST", "/-/package/n/access", world.ann, R"({"access":"restricted"})")
          .status == 200);
  REQUIRE(world.registry.publish(world.ann, "m", "1.0.0").status == 201);
  REQUIRE(world.registry.request("DELETE", "/m/-rev/" + revision_of(world.registry, "m"), world.ann)
              .status == 200);

  const auto strangers = world.registry.get("/_changes").body;

  CHECK(strangers.find(R"("id":"n")") == std::string::npos);
  CHECK(strangers.find(R"("deleted":true,"id":"m")") != std::string::npos);
  CHECK(world.registry.get("/_changes", world.ann).body.find(R"("id":"n")") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
