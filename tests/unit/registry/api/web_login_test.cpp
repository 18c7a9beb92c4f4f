#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::RegistryUnderTest;

std::string member(const std::string& body, std::string_view key) {
  const auto members = registry::core::members_of(body);
  REQUIRE(members);
  return registry::core::string_of(registry::core::find(*members, key)).value_or("");
}

struct World {
  explicit World(registry::access::Policy policy = {.registration = true}) : registry(policy) {
    static_cast<void>(registry.accounts().add_user("ann", base::Secret("secret"), ""));
    const auto started =
        registry.request("POST", "/-/v1/login", {{"user-agent", "npm/11 <b>"}}, "{}");
    REQUIRE(started.status == 200);
    const std::string base = "http://registry.test/npm";
    page = member(started.body, "loginUrl");
    done = member(started.body, "doneUrl");
    REQUIRE(page.starts_with(base));
    REQUIRE(done.starts_with(base));
    page.erase(0, base.size());
    done.erase(0, base.size());
  }
  base::http::ClientResponse submit(const std::string& form) {
    return registry.request(
        "POST", page, {{"content-type", "application/x-www-form-urlencoded"}}, form);
  }
  RegistryUnderTest registry;
  std::string page;
  std::string done;
};

TEST_SUITE_BEGIN("registry.api.web_login");

TEST_CASE("a client polls until somebody has signed in, and gets a token once") {
  World world;
  const auto pending = world.registry.get(world.done);
  CHECK(pending.status == 202);
  CHECK(registry::field(pending, "retry-after") == "1");

  CHECK(world.submit("user=ann&password=secret").status == 200);

  const auto token = member(world.registry.get(world.done).body, "token");
  CHECK(world.registry.get("/-/whoami", {{"authorization", "Bearer " + token}}).body ==
        R"({"username":"ann"})");
  CHECK(world.registry.get(world.done).status == 404);
  CHECK(world.submit("user=ann&password=secret").status == 404);
}

TEST_CASE("a wrong password is said on the page and gives nothing") {
  World world;

  const auto refused = world.submit("user=ann&password=wrong");

  CHECK(refused.status == 401);
  CHECK(refused.body.find("role=\"alert\"") != std::string::npos);
  CHECK(world.registry.get(world.done).status == 202);
}

TEST_CASE("the page says who asks, runs nothing, and cannot be framed") {
  World world;

  const auto page = world.registry.get(world.page);

  CHECK(page.status == 200);
  CHECK(page.body.find("127.0.0.1") != std::string::npos);
  CHECK(page.body.find("npm/11 &lt;b&gt;") != std::string::npos);
  CHECK(page.body.find("<script") == std::string::npos);
  CHECK(registry::field(page, "content-security-policy").find("default-src 'none'") == 0);
  CHECK(registry::field(page, "cache-control") == "no-store");
}

TEST_CASE("an account is created where registration is on, and only if asked for") {
  World world;
  CHECK(world.submit("user=bob&password=secret").status == 401);
  CHECK(world.submit("user=bob&password=secret&create=on&email=b%40example.org").status == 200);
  CHECK(world.registry.get(world.done).status == 200);

  World closed({.registration = false});
  CHECK(closed.registry.get(closed.page).body.find("create") == std::string::npos);
  CHECK(closed.submit("user=bob&password=secret&create=on").status == 401);
}

TEST_CASE("a login that nobody answered expires, and a made-up name is none") {
  World world;
  world.registry.clock().advance(std::chrono::minutes(10));

  CHECK(world.registry.get(world.done).status == 404);
  CHECK(world.registry.get(world.page).status == 404);
  CHECK(world.submit("user=ann&password=secret").status == 404);
  CHECK(world.registry.get("/-/v1/done").status == 404);
  CHECK(world.registry.get("/-/web/login/x").status == 404);
}

TEST_CASE("the polling name is not the page's") {
  World world;
  const auto poll = world.done.substr(world.done.find('=') + 1);

  CHECK(world.registry.get("/-/web/login/" + poll).status == 404);
}

TEST_CASE("an audit finds nothing, and no error, in every client's form") {
  RegistryUnderTest registry;
  const auto post = [&](const std::string& path) {
    return registry.request("POST", "/-/npm/v1/security/" + path, {}, R"({"n":["1.0.0"]})");
  };

  CHECK(post("advisories/bulk").body == "{}");
  CHECK(post("audits/quick").body.find(R"("critical":0)") != std::string::npos);
  CHECK(post("audits").status == 200);
}

TEST_SUITE_END();

}  // namespace
