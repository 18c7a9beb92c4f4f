#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;
using registry::revision_of;

struct World {
  World() : ann(registry.login("ann")) {
    REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
    REQUIRE(registry.publish(ann, "n", "1.1.0").status == 201);
  }
  // The document as npm sends it back without one version.
  std::string without(const std::string& kept) {
    return R"({"_id":"n","_rev":")" + revision_of(registry, "n") + R"(","name":"n","versions":{")" +
           kept + R"(":{"name":"n","version":")" + kept + R"("}},"dist-tags":{"latest":")" + kept +
           "\"}}";
  }
  RegistryUnderTest registry;
  HeaderList ann;
};

TEST_SUITE_BEGIN("registry.api.unpublish");

TEST_CASE("npm's steps remove one version for good") {
  World world;
  const auto put = world.registry.request(
      "PUT", "/n/-rev/" + revision_of(world.registry, "n"), world.ann, world.without("1.0.0"));
  const auto removed = world.registry.request(
      "DELETE", "/n/-/n-1.1.0.tgz/-rev/" + revision_of(world.registry, "n"), world.ann);

  CHECK(put.status == 201);
  CHECK(removed.status == 200);
  CHECK(world.registry.get("/n/1.1.0").status == 404);
  CHECK(world.registry.get("/n/-/n-1.1.0.tgz").status == 404);
  CHECK(world.registry.get("/n/latest").body.find("\"1.0.0\"") != std::string::npos);
  CHECK(world.registry.get("/n").body.find("\"1.1.0\":\"20") != std::string::npos);
  CHECK(world.registry.publish(world.ann, "n", "1.1.0").status == 403);
}

TEST_CASE("a revision that is not the newest changes nothing") {
  World world;
  const auto old = revision_of(world.registry, "n");
  const auto body = world.without("1.0.0");
  REQUIRE(world.registry.publish(world.ann, "n", "1.2.0").status == 201);

  CHECK(world.registry.request("PUT", "/n/-rev/" + old, world.ann, body).status == 409);
  CHECK(world.registry.request("PUT", "/n", world.ann, body).status == 409);
  CHECK(world.registry.request("DELETE", "/n/-rev/" + old, world.ann).status == 409);
  CHECK(world.registry.request("DELETE", "/n/-/n-1.0.0.tgz/-rev/" + old, world.ann).status == 409);
  CHECK(world.registry.get("/n/1.1.0").status == 200);
}

TEST_CASE("a whole package goes, and only by its owner") {
  World world;
  const auto path = "/n/-rev/" + revision_of(world.registry, "n");

  CHECK(world.registry.request("DELETE", path, world.registry.login("bob")).status == 403);
  CHECK(world.registry.request("DELETE", path, world.ann).status == 200);

  CHECK(world.registry.get("/n").status == 404);
  CHECK(world.registry.get("/n/latest").status == 404);
  CHECK(world.registry.get("/n/-/n-1.0.0.tgz").status == 404);
  CHECK(world.registry.get("/-/package/n/dist-tags").status == 404);
  CHECK(world.registry.get("/-/v1/search?text=n").body.find("\"total\":0") != std::string::npos);
}

TEST_CASE("deprecations come and go with the document that is sent back") {
  World world;
  const auto with = [](const std::string& message) {
    return R"({"_id":"n","name":"n","_attachments":{},"versions":{"1.0.0":{"version":"1.0.0",)"
           R"("deprecated":")" +
           message + R"("},"1.1.0":{"version":"1.1.0"}}})";
  };

  CHECK(world.registry.request("PUT", "/n", world.ann, with("use 1.1")).status == 201);
  CHECK(world.registry.get("/n/1.0.0").body.find(R"("deprecated":"use 1.1")") != std::string::npos);
  CHECK(world.registry.request("PUT", "/n", world.ann, with("")).status == 201);
  CHECK(world.registry.get("/n/1.0.0").body.find("deprecated") == std::string::npos);
  CHECK(world.registry.get("/n/1.1.0").status == 200);
}

TEST_CASE("owners are handed over to users that exist") {
  World world;
  const auto bob = world.registry.login("bob");
  const auto put = [&](const std::string& names) {
    return world.registry
        .request("PUT",
                 "/n/-rev/" + revision_of(world.registry, "n"),
                 world.ann,
                 R"({"_id":"n","maintainers":)" + names + "}")
        .status;
  };

  CHECK(put(R"([{"name":"nobody","email":""}])") == 400);
  CHECK(put("[]") == 400);
  CHECK(put(R"([{"name":"bob","email":"b@x"}])") == 201);
  CHECK(world.registry.publish(bob, "n", "2.0.0").status == 201);
  CHECK(world.registry.publish(world.ann, "n", "3.0.0").status == 403);
}

TEST_SUITE_END();

}  // namespace
