#include "agent/base/crypto/encoding.hpp"
#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

#include <future>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;
using registry::core::find;
using registry::core::members_of;
using registry::core::string_of;

std::string couch_login(const std::string& user, const std::string& password) {
  return R"({"_id":"org.couchdb.user:)" + user + R"(","name":")" + user + R"(","password":")" +
         password + R"(","email":"x@example.org","type":"user","roles":[]})";
}

std::string member(const std::string& body, std::string_view key) {
  const auto members = members_of(body);
  REQUIRE(members);
  return string_of(find(*members, key)).value_or(std::string(find(*members, key)));
}

TEST_SUITE_BEGIN("registry.api.accounts");

TEST_CASE("a login gives a token that says who one is") {
  RegistryUnderTest registry;

  const auto answer =
      registry.request("PUT", "/-/user/org.couchdb.user:ann", {}, couch_login("ann", "secret"));

  REQUIRE(answer.status == 201);
  const HeaderList who = {{"authorization", "Bearer " + member(answer.body, "token")}};
  CHECK(registry.get("/-/whoami", who).body == R"({"username":"ann"})");
  CHECK(member(registry.get("/-/npm/v1/user", who).body, "email") == "x@example.org");
  CHECK(member(registry.get("/-/user/org.couchdb.user:ann", who).body, "name") == "ann");
  CHECK(registry.get("/-/user/org.couchdb.user:bob", who).status == 404);
}

TEST_CASE("a wrong password, another name in the body and nonsense are refused") {
  RegistryUnderTest registry;
  registry.login("ann");
  const auto put = [&](const std::string& body) {
    return registry.request("PUT", "/-/user/org.couchdb.user:ann", {}, body).status;
  };

  CHECK(put(couch_login("ann", "wrong")) == 401);
  CHECK(put(couch_login("bob", "secret")) == 400);
  CHECK(put("[]") == 400);
  CHECK(put("{") == 400);
  CHECK(put("") == 400);
}

TEST_CASE("whoami of a stranger is 401 and names the scheme") {
  RegistryUnderTest registry;

  const auto answer = registry.get("/-/whoami");
  const auto wrong = registry.get("/-/whoami", {{"authorization", "Bearer npm_x"}});

  CHECK(answer.status == 401);
  CHECK(registry::field(answer, "www-authenticate") == "Bearer");
  CHECK(wrong.status == 401);
}

TEST_CASE("logout ends the token") {
  RegistryUnderTest registry;
  const auto who = registry.login("ann");
  const auto token = who.front().second.substr(7);
  REQUIRE(registry.get("/-/whoami", who).status == 200);

  CHECK(registry.request("DELETE", "/-/user/token/" + token, who).status == 200);

  CHECK(registry.get("/-/whoami", who).status == 401);
}

TEST_CASE("tokens are created with the password, listed without their secret, and revoked") {
  RegistryUnderTest registry;
  const auto who = registry.login("ann");
  const auto post = [&](const std::string& body) {
    return registry.request("POST", "/-/npm/v1/tokens", who, body);
  };

  const auto created = post(R"({"password":"secret","readonly":true,"cidr_whitelist":[]})");
  const auto listed = registry.get("/-/npm/v1/tokens", who);

  REQUIRE(created.status == 201);
  const auto token = member(created.body, "token");
  CHECK(listed.body.find(token) == std::string::npos);
  CHECK(member(listed.body, "total") == "2");
  CHECK(member(listed.body, "urls") == "{}");
  CHECK(post(R"({"password":"wrong"})").status == 401);
  CHECK(post(R"({"password":"secret","expires":0})").status == 400);
  const HeaderList reader = {{"authorization", "Bearer " + token}};
  CHECK(registry.publish(reader, "n", "1.0.0").status == 403);
  CHECK(registry.request("POST", "/-/npm/v1/tokens", reader, R"({"password":"secret"})").status ==
        403);
  const auto key = member(created.body, "key");
  CHECK(registry.request("DELETE", "/-/npm/v1/tokens/token/" + key, who).status == 204);
  CHECK(registry.get("/-/whoami", reader).status == 401);
  CHECK(registry.request("DELETE", "/-/npm/v1/tokens/token/" + key, who).status == 404);
}

TEST_CASE("guessing a password is answered with 429 and when to try again") {
  RegistryUnderTest registry;
  registry.login("ann");
  const auto put = [&](const std::string& password, const std::string& client) {
    return registry.request("PUT",
                            "/-/user/org.couchdb.user:ann",
                            {{"x-forwarded-for", client}},
                            couch_login("ann", password));
  };
  for (int i = 0; i < 5; ++i) {
    CHECK(put("wrong", "192.0.2.1").status == 401);
  }

  const auto refused = put("secret", "192.0.2.1");

  CHECK(refused.status == 429);
  CHECK(registry::field(refused, "retry-after") == "30");
  CHECK(member(refused.body, "code") == "too_many_attempts");
  CHECK(put("secret", "192.0.2.2").status == 201);
  registry.clock().advance(std::chrono::seconds(30));
  CHECK(put("secret", "192.0.2.1").status == 201);
}

TEST_CASE("while all threads for passwords are busy, everything else goes on") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  const HeaderList known = {
      {"authorization", "Basic " + base::crypto::base64_encode("ann:secret")}};
  REQUIRE(registry.get("/-/whoami", known).status == 200);
  const HeaderList unknown = {
      {"authorization", "Basic " + base::crypto::base64_encode("bob:secret")}};
  std::promise<void> begun;
  std::promise<void> hashed;
  const auto done = hashed.get_future().share();
  REQUIRE(registry.password_workers().submit([&begun, done] {
    begun.set_value();
    done.wait();
  }));
  begun.get_future().wait();
  while (registry.password_workers().submit([] {})) {
  }

  const auto login =
      registry.request("PUT", "/-/user/org.couchdb.user:bob", {}, couch_login("bob", "secret"));
  const auto basic = registry.get("/-/whoami", unknown);

  CHECK(login.status == 503);
  CHECK(registry::field(login, "retry-after") == "5");
  CHECK(basic.status == 503);
  CHECK(registry.get("/n").status == 200);
  CHECK(registry.get("/-/whoami", ann).status == 200);
  CHECK(registry.get("/-/whoami", known).status == 200);
  CHECK(registry.publish(ann, "n", "1.1.0").status == 201);
  hashed.set_value();
}

TEST_SUITE_END();

}  // namespace
