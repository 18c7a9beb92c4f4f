#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;

std::string member(const std::string& body, std::string_view key) {
  const auto members = registry::core::members_of(body);
  REQUIRE(members);
  return registry::core::string_of(registry::core::find(*members, key)).value_or("");
}

struct World {
  World() : ann(registry.login("ann")) {
    REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
    REQUIRE(registry.publish(ann, "@s/n", "1.0.0").status == 201);
  }
  base::http::ClientResponse create(const std::string& limits) {
    return registry.request(
        "POST", "/-/npm/v1/tokens", ann, R"({"password":"secret","name":"ci",)" + limits + "}");
  }
  HeaderList token(const std::string& limits) {
    const auto created = create(limits);
    REQUIRE(created.status == 201);
    return {{"authorization", "Bearer " + member(created.body, "token")}};
  }
  RegistryUnderTest registry;
  HeaderList ann;
};

TEST_SUITE_BEGIN("registry.api.token_limits");

TEST_CASE("a token for packages and scopes changes those and nothing else") {
  World world;
  const auto packages =
      world.token(R"("packages":["n"],"packages_and_scopes_permission":"read-write")");
  const auto scopes =
      world.token(R"("scopes":["@s"],"packages_and_scopes_permission":"read-write")");

  CHECK(world.registry.publish(packages, "n", "1.1.0").status == 201);
  CHECK(world.registry.publish(packages, "@s/n", "1.1.0").status == 403);
  CHECK(world.registry.publish(packages, "new", "1.0.0").status == 403);
  CHECK(world.registry.publish(scopes, "@s/n", "1.1.0").status == 201);
  CHECK(world.registry.publish(scopes, "@s/new", "1.0.0").status == 201);
  CHECK(world.registry.publish(scopes, "n", "1.2.0").status == 403);
  for (const auto& token : {packages, scopes}) {
    CHECK(world.registry.get("/-/whoami", token).status == 200);
    CHECK(world.registry.request("POST", "/-/npm/v1/tokens", token, R"({"password":"secret"})")
              .status == 403);
    CHECK(
        world.registry.request("PUT", "/-/org/acme/user", token, R"({"user":"ann","role":"owner"})")
            .status == 403);
  }
}

TEST_CASE("a token that may only read writes nowhere") {
  World world;
  const auto reader =
      world.token(R"("packages":["n"],"packages_and_scopes_permission":"read-only")");
  const auto none = world.token(R"("packages":["n"],"packages_and_scopes_permission":"no-access")");

  CHECK(world.registry.publish(reader, "n", "1.1.0").status == 403);
  CHECK(world.registry.request("PUT", "/-/package/n/dist-tags/x", reader, "\"1.0.0\"").status ==
        403);
  CHECK(world.registry.publish(none, "n", "1.1.0").status == 403);
}

TEST_CASE("a token reads restricted packages only as far as it names them") {
  World world;
  for (const std::string name : {"/-/package/n/access", "/-/package/@s%2fn/access"}) {
    REQUIRE(world.registry.request("POST", name, world.ann, R"({"access":"restricted"})").status ==
            200);
  }
  const auto reader = world.token(R"("packages":["n"])");

  CHECK(world.registry.get("/n", reader).status == 200);
  CHECK(world.registry.get("/@s%2fn", reader).status == 403);
}

TEST_CASE("a token for organizations manages those") {
  World world;
  REQUIRE(world.registry
              .request("PUT", "/-/org/acme/user", world.ann, R"({"user":"ann","role":"owner"})")
              .status == 201);
  const auto writer = world.token(R"("orgs":["acme"],"orgs_permission":"read-write")");
  const auto reader = world.token(R"("orgs":["@acme"],"orgs_permission":"read-only")");

  CHECK(world.registry.get("/-/org/acme/team", reader).status == 200);
  CHECK(world.registry.request("PUT", "/-/org/acme/team", reader, R"({"name":"t"})").status == 403);
  CHECK(world.registry.request("PUT", "/-/org/acme/team", writer, R"({"name":"t"})").status == 201);
}

TEST_CASE("a token is used from its networks, and clients are told why not elsewhere") {
  World world;
  const auto token = world.token(R"("cidr":["192.0.2.0/24","2001:db8::/32"])");
  const auto from = [&](const std::string& client) {
    auto headers = token;
    headers.emplace_back("x-forwarded-for", client);
    return world.registry.get("/-/whoami", headers);
  };

  CHECK(from("192.0.2.9").status == 200);
  CHECK(from("2001:db8::9").status == 200);
  const auto elsewhere = from("198.51.100.1");
  CHECK(elsewhere.status == 401);
  CHECK(registry::field(elsewhere, "www-authenticate") == "ipaddress");
  CHECK(from("192.0.2.9").status == 200);
}

TEST_CASE("a token ends when it expires, even when it was just used") {
  World world;
  const auto token = world.token(R"("expires":1)");
  world.registry.clock().advance(std::chrono::hours(24) - std::chrono::seconds(1));
  CHECK(world.registry.get("/-/whoami", token).status == 200);

  world.registry.clock().advance(std::chrono::seconds(1));

  CHECK(world.registry.get("/-/whoami", token).status == 401);
}

TEST_CASE("limits are listed, and what is no limit is refused") {
  World world;
  const auto created =
      world.create(R"("token_description":"of the build","packages":["n"],"scopes":["s"],)"
                   R"("packages_and_scopes_permission":"read-write","bypass_2fa":true)");

  REQUIRE(created.status == 201);
  const auto listed = world.registry.get("/-/npm/v1/tokens", world.ann).body;
  CHECK(listed.find(R"("description":"of the build")") != std::string::npos);
  CHECK(listed.find(R"({"name":"@s","type":"scope"})") != std::string::npos);
  CHECK(listed.find(R"({"action":"read-write","name":"package"})") != std::string::npos);
  CHECK(listed.find(R"("bypass_2fa":true)") != std::string::npos);
  // A token that does not say when it ends does so in a week.
  CHECK(member(created.body, "expiry").size() == 24);
  for (const std::string wrong : {R"("cidr":["10.0.0.0/33"])",
                                  R"("cidr":"10.0.0.0/8")",
                                  R"("packages":["a/b/c"])",
                                  R"("packages":[1])",
                                  R"("packages_and_scopes_permission":"all")",
                                  R"("packages_and_scopes_permission":"read-write")"}) {
    CAPTURE(wrong);
    CHECK(world.create(wrong).status == 400);
  }
  CHECK(world.registry
            .request(
                "POST", "/-/npm/v1/tokens", world.ann, R"({"password":"secret","packages":["n"]})")
            .status == 400);
}

TEST_CASE("a logout ends the token it names and no other") {
  World world;
  const auto other = world.create(R"("readonly":true)");
  const auto key = member(other.body, "key");

  CHECK(world.registry.request("DELETE", "/-/user/token/" + key, world.ann).status == 404);
  CHECK(world.registry.request("DELETE", "/-/user/token/" + member(other.body, "token"), world.ann)
            .status == 200);
}

TEST_SUITE_END();

}  // namespace
