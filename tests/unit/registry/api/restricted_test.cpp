#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;

// A restricted package of ann's, which bob and strangers may not read.
struct World {
  World() : ann(registry.login("ann")), bob(registry.login("bob")) {
    REQUIRE(registry.publish(ann, "@ann/n", "1.0.0").status == 201);
    REQUIRE(set_access("restricted").status == 200);
  }
  base::http::ClientResponse set_access(const std::string& access) {
    return registry.request(
        "POST", "/-/package/@ann%2fn/access", ann, R"({"access":")" + access + R"("})");
  }
  RegistryUnderTest registry;
  HeaderList ann;
  HeaderList bob;
};

TEST_SUITE_BEGIN("registry.api.restricted");

TEST_CASE("a restricted package answers others as if it were not there, on every route") {
  World world;
  for (const std::string path : {"/@ann%2fn",
                                 "/@ann/n",
                                 "/%40ann%2Fn/1.0.0",
                                 "/@ann/n/latest",
                                 "/@ann/n/-/n-1.0.0.tgz",
                                 "/@ann%2fn/-/@ann/n-1.0.0.tgz",
                                 "/-/package/@ann%2fn/dist-tags",
                                 "/-/package/@ann%2fn/visibility",
                                 "/-/package/@ann%2fn/owners"}) {
    CAPTURE(path);
    CHECK(world.registry.get(path, world.ann).status == 200);
    CHECK(world.registry.get(path, world.bob).status == 404);
    CHECK(world.registry.get(path).status == 404);
  }
  CHECK(world.registry.publish(world.bob, "@ann/n", "1.1.0").status == 404);
}

TEST_CASE("what is refused is told apart by nothing from what is not there") {
  World world;
  const auto restricted = world.registry.get("/@ann%2fn", world.bob);
  const auto unknown = world.registry.get("/@ann%2fx", world.bob);

  CHECK(unknown.status == restricted.status);
  CHECK(unknown.body.size() == restricted.body.size());
  const HeaderList wrong = {{"authorization", "Bearer npm_wrong"}};
  CHECK(world.registry.get("/@ann%2fn", wrong).status ==
        world.registry.get("/@ann%2fx", wrong).status);
}

TEST_CASE("no cache shares what is restricted") {
  World world;

  const auto document = world.registry.get("/@ann%2fn", world.ann);
  const auto tarball = world.registry.get("/@ann/n/-/n-1.0.0.tgz", world.ann);

  CHECK(registry::field(document, "cache-control").find("private") == 0);
  CHECK(registry::field(tarball, "cache-control").find("private") == 0);
}

TEST_CASE("visibility is changed by those who administer the package, and shown at once") {
  World world;
  const auto tag = registry::field(world.registry.get("/@ann%2fn", world.ann), "etag");

  CHECK(world.set_access("public").status == 200);

  const auto shown = world.registry.get("/@ann%2fn", {{"if-none-match", tag}});
  CHECK(shown.status == 200);
  CHECK(world.registry.get("/-/package/@ann%2fn/visibility").body == R"({"public":true})");
  CHECK(world.registry
            .request("POST", "/-/package/@ann%2fn/access", world.bob, R"({"access":"restricted"})")
            .status == 403);
  CHECK(world.set_access("secret").status == 400);
  CHECK(world.registry.request("POST", "/-/package/none/access", world.ann, "{}").status == 404);
}

TEST_CASE("search shows a restricted package to those who may read it") {
  World world;

  CHECK(world.registry.get("/-/v1/search?text=ann").body.find("@ann/n") == std::string::npos);
  CHECK(world.registry.get("/-/v1/search?text=ann", world.bob).body.find("@ann/n") ==
        std::string::npos);
  CHECK(world.registry.get("/-/v1/search?text=ann", world.ann).body.find("@ann/n") !=
        std::string::npos);
}

TEST_CASE("a publisher chooses what a new package is") {
  RegistryUnderTest registry({.registration = true, .restricted_scopes = true});
  const auto ann = registry.login("ann");
  const auto publish = [&](const std::string& name, const std::string& access) {
    auto body = registry::publish_body(
        name, "1.0.0", registry::sample_tarball(R"({"name":")" + name + R"(","version":"1.0.0"})"));
    body.replace(body.find(R"("access":null)"), 13, R"("access":)" + access);
    return registry.request("PUT", registry::encoded(name), ann, body).status;
  };

  CHECK(publish("@ann/default", "null") == 201);
  CHECK(publish("@ann/open", "\"public\"") == 201);
  CHECK(publish("plain", "null") == 201);
  CHECK(publish("shut", "\"restricted\"") == 201);
  CHECK(publish("wrong", "\"secret\"") == 400);

  CHECK(registry.get("/@ann%2fdefault").status == 404);
  CHECK(registry.get("/@ann%2fopen").status == 200);
  CHECK(registry.get("/plain").status == 200);
  CHECK(registry.get("/shut").status == 404);
  CHECK(registry.get("/shut", ann).body.find("\"access\"") == std::string::npos);
}

TEST_CASE("owners are added and removed one by one, and never the last") {
  World world;
  const std::string owners = "/-/package/@ann%2fn/owners";

  CHECK(world.registry.request("PUT", owners + "/none", world.ann).status == 404);
  CHECK(world.registry.request("PUT", owners + "/bob", world.ann).status == 201);
  CHECK(world.registry.get("/-/package/@ann%2fn/collaborators", world.bob).body ==
        R"({"ann":"read-write","bob":"read-write"})");
  CHECK(world.registry.get("/-/package/@ann%2fn/collaborators?user=bob", world.bob).body ==
        R"({"bob":"read-write"})");
  CHECK(world.registry.publish(world.bob, "@ann/n", "1.1.0").status == 201);
  CHECK(world.registry.request("DELETE", owners + "/ann", world.bob).status == 200);
  CHECK(world.registry.request("DELETE", owners + "/bob", world.bob).status == 400);
  CHECK(world.registry.get("/@ann%2fn", world.ann).status == 404);
}

TEST_SUITE_END();

}  // namespace
