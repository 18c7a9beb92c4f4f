#include "agent/base/crypto/encoding.hpp"
#include "registry/access/totp.hpp"
#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::HeaderList;
using registry::RegistryUnderTest;
namespace core = registry::core;

std::string raw_member(const std::string& body, std::string_view key) {
  const auto members = core::members_of(body);
  REQUIRE(members);
  return std::string(core::find(*members, key));
}

std::string member(const std::string& body, std::string_view key) {
  return core::string_of(raw_member(body, key)).value_or("");
}

// The bytes of a secret in base 32, as an authenticator reads them.
std::string bytes_of(std::string_view text) {
  constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    buffer = (buffer << 5U) | static_cast<std::uint32_t>(k_alphabet.find(c));
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> static_cast<unsigned>(bits)) & 0xFFU);
    }
  }
  return bytes;
}

// ann, with a second factor.
struct World {
  explicit World(const std::string& mode) : ann(registry.login("ann")) {
    REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
    const auto begun = post(R"({"tfa":{"password":"secret","mode":")" + mode + R"("}})");
    REQUIRE(begun.status == 200);
    const auto address = member(begun.body, "tfa");
    const auto start = address.find("secret=") + 7;
    secret = bytes_of(address.substr(start, address.find('&', start) - start));
    const auto confirmed = post(R"({"tfa":[")" + code() + R"("]})");
    REQUIRE(confirmed.status == 200);
    const auto raw = raw_member(confirmed.body, "tfa");
    const auto codes = core::elements_of(raw);
    REQUIRE(codes);
    for (const auto each : *codes) {
      recovery.push_back(core::string_of(each).value_or(""));
    }
  }
  std::string code() { return registry::access::totp_code(secret, registry.clock().wall_time()); }
  base::http::ClientResponse post(const std::string& body, const HeaderList& extra = {}) {
    return registry.request("POST", "/-/npm/v1/user", with(extra), body);
  }
  [[nodiscard]] HeaderList with(const HeaderList& extra) const {
    auto headers = ann;
    headers.insert(headers.end(), extra.begin(), extra.end());
    return headers;
  }
  base::http::ClientResponse tag(const HeaderList& extra) {
    return registry.request("PUT", "/-/package/n/dist-tags/next", with(extra), "\"1.0.0\"");
  }
  base::http::ClientResponse login(const HeaderList& extra = {}) {
    return registry.request(
        "PUT", "/-/user/org.couchdb.user:ann", extra, R"({"name":"ann","password":"secret"})");
  }
  RegistryUnderTest registry;
  HeaderList ann;
  std::string secret;
  std::vector<std::string> recovery;
};

TEST_SUITE_BEGIN("registry.api.second_factor");

TEST_CASE("it is in force once it was confirmed, and the profile says so") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  const auto post = [&](const std::string& body) {
    return registry.request("POST", "/-/npm/v1/user", ann, body).status;
  };

  CHECK(post(R"({"tfa":{"password":"wrong","mode":"auth-only"}})") == 401);
  CHECK(post(R"({"tfa":{"password":"secret","mode":"often"}})") == 400);
  CHECK(post(R"({"tfa":["123456"]})") == 400);
  CHECK(post(R"({"tfa":{"password":"secret","mode":"auth-only"}})") == 200);
  CHECK(raw_member(registry.get("/-/npm/v1/user", ann).body, "tfa") ==
        R"({"mode":"","pending":true})");
  CHECK(post(R"({"tfa":["12345"]})") == 401);
  CHECK(registry.publish(ann, "n", "1.0.0").status == 201);

  World world("auth-and-writes");
  CHECK(world.recovery.size() == 5);
  CHECK(raw_member(world.registry.get("/-/npm/v1/user", world.ann).body, "tfa") ==
        R"({"mode":"auth-and-writes","pending":false})");
}

TEST_CASE("a write is challenged until the code comes with it") {
  World world("auth-and-writes");

  const auto challenged = world.tag({});

  CHECK(challenged.status == 401);
  CHECK(registry::field(challenged, "www-authenticate") == "OTP");
  CHECK(challenged.body.find("one-time pass") != std::string::npos);
  CHECK(world.tag({{"npm-otp", "000000"}}).status == 401);
  CHECK(world.tag({{"npm-otp", world.code()}}).status == 201);
  CHECK(world.registry.get("/n", world.ann).status == 200);
  CHECK(world.registry.get("/-/whoami", world.ann).status == 200);
}

TEST_CASE("auth-only asks for the code at logins and tokens, not for writes") {
  World world("auth-only");

  CHECK(world.tag({}).status == 201);
  const auto challenged = world.login();
  CHECK(challenged.status == 401);
  CHECK(registry::field(challenged, "www-authenticate") == "OTP");
  CHECK(world.login({{"npm-otp", world.code()}}).status == 201);
  const auto create = [&](const HeaderList& extra) {
    return world.registry
        .request("POST", "/-/npm/v1/tokens", world.with(extra), R"({"password":"secret"})")
        .status;
  };
  CHECK(create({}) == 401);
  CHECK(create({{"npm-otp", world.code()}}) == 201);
}

TEST_CASE("a password with every request does not go round it") {
  World world("auth-only");
  const HeaderList basic = {
      {"authorization", "Basic " + base::crypto::base64_encode("ann:secret")}};

  CHECK(world.registry.get("/-/whoami", basic).status == 401);
  CHECK(world.registry.publish(basic, "n", "1.1.0").status == 401);
  CHECK(world.registry.get("/n", basic).status == 200);
}

TEST_CASE("a token made for automation writes without it, and manages no account") {
  World world("auth-and-writes");
  const auto created = world.registry.request("POST",
                                              "/-/npm/v1/tokens",
                                              world.with({{"npm-otp", world.code()}}),
                                              R"({"password":"secret","bypass_2fa":true})");
  REQUIRE(created.status == 201);
  const HeaderList robot = {{"authorization", "Bearer " + member(created.body, "token")}};

  CHECK(world.registry.publish(robot, "n", "1.1.0").status == 201);
  CHECK(world.registry.request("POST", "/-/npm/v1/tokens", robot, R"({"password":"secret"})")
            .status == 401);
}

TEST_CASE("a recovery code is good once") {
  World world("auth-and-writes");

  CHECK(world.tag({{"npm-otp", world.recovery.at(0)}}).status == 201);
  CHECK(world.tag({{"npm-otp", world.recovery.at(0)}}).status == 401);
  CHECK(world.tag({{"npm-otp", world.recovery.at(1)}}).status == 201);
}

TEST_CASE("guessing codes is slowed down") {
  World world("auth-and-writes");
  for (int i = 0; i < 5; ++i) {
    CHECK(world.tag({{"npm-otp", "000000"}}).status == 401);
  }

  CHECK(world.tag({{"npm-otp", world.code()}}).status == 429);
  world.registry.clock().advance(std::chrono::seconds(30));
  CHECK(world.tag({{"npm-otp", world.code()}}).status == 201);
}

TEST_CASE("a client with a browser gets a page, and what stands for the code") {
  World world("auth-and-writes");
  const auto challenged = world.tag({{"npm-auth-type", "web"}});
  REQUIRE(challenged.status == 401);
  const std::string base = "http://registry.test/npm";
  const auto page = member(challenged.body, "authUrl").substr(base.size());
  const auto done = member(challenged.body, "doneUrl").substr(base.size());
  CHECK(world.registry.get(page).body.find("ann") != std::string::npos);
  CHECK(world.registry.get(done).status == 202);

  CHECK(world.registry.request("POST", page, {}, "otp=000000").status == 401);
  CHECK(world.registry.request("POST", page, {}, "otp=" + world.code()).status == 200);
  const auto proof = member(world.registry.get(done).body, "token");

  CHECK(world.tag({{"npm-otp", proof}}).status == 201);
  CHECK(world.tag({{"npm-otp", proof + "0"}}).status == 401);
  world.registry.clock().advance(std::chrono::minutes(5));
  CHECK(world.tag({{"npm-otp", proof}}).status == 401);
}

TEST_CASE("the web login asks for it too") {
  World world("auth-only");
  const auto started = world.registry.request("POST", "/-/v1/login", {}, "{}");
  const auto page = member(started.body, "loginUrl").substr(24);

  CHECK(world.registry.request("POST", page, {}, "user=ann&password=secret").status == 401);
  CHECK(world.registry.request("POST", page, {}, "user=ann&password=secret&otp=" + world.code())
            .status == 200);
}

TEST_CASE("it is ended with the password and a code") {
  World world("auth-and-writes");
  const std::string body = R"({"tfa":{"password":"secret","mode":"disable"}})";

  CHECK(world.post(body).status == 401);
  CHECK(world.post(body, {{"npm-otp", world.code()}}).status == 200);

  CHECK(world.tag({}).status == 201);
  CHECK(raw_member(world.registry.get("/-/npm/v1/user", world.ann).body, "tfa") == "null");
}

TEST_CASE("a package can ask everybody who writes it for a second factor") {
  World world("auth-only");
  const auto bob = world.registry.login("bob");
  REQUIRE(world.registry.request("PUT", "/-/package/n/owners/bob", world.ann).status == 201);
  REQUIRE(world.registry
              .request("POST",
                       "/-/package/n/access",
                       world.ann,
                       R"({"publish_requires_tfa":true,"automation_token_overrides_tfa":true})")
              .status == 200);

  CHECK(world.tag({}).status == 401);
  CHECK(world.tag({{"npm-otp", world.code()}}).status == 201);
  CHECK(world.registry.publish(bob, "n", "1.1.0").status == 403);
}

TEST_CASE("a profile is changed, its password too") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  const auto post = [&](const std::string& body) {
    return registry.request("POST", "/-/npm/v1/user", ann, body);
  };

  const auto changed = post(R"({"fullname":"Ann Example","homepage":"http://example.org"})");

  CHECK(member(changed.body, "fullname") == "Ann Example");
  CHECK(member(post(R"({"email":"new@example.org"})").body, "fullname") == "Ann Example");
  CHECK(member(registry.get("/-/npm/v1/user", ann).body, "email") == "new@example.org");
  CHECK(post(R"({"password":{"old":"wrong","new":"changed"}})").status == 401);
  CHECK(post(R"({"password":{"old":"secret","new":"changed"}})").status == 200);
  CHECK(registry
            .request(
                "PUT", "/-/user/org.couchdb.user:ann", {}, R"({"name":"ann","password":"changed"})")
            .status == 201);
}

TEST_SUITE_END();

}  // namespace
