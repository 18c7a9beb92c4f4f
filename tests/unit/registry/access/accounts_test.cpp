#include "registry/access/accounts.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "registry/store/schema.hpp"
#include "registry/store/sql_metadata_store.hpp"
#include "registry/store/sqlite.hpp"
#include "tests/support/agent/base/core/manual_clock.hpp"

#include <doctest/doctest.h>

namespace {

using base::ErrorCode;
using base::Secret;
using registry::access::Accounts;
using registry::access::Policy;

struct World {
  explicit World(Policy policy = {.registration = true}) {
    auto database = registry::store::sqlite_database(folder.path() / "registry.db");
    REQUIRE(registry::store::migrate_schema(*database));
    store = std::make_unique<registry::store::SqlMetadataStore>(std::move(database));
    accounts = std::make_unique<Accounts>(*store, clock, policy);
  }
  base::fs::TemporaryDirectory folder = base::fs::TemporaryDirectory::create("/tmp").operator*();
  base::ManualClock clock;
  std::unique_ptr<registry::store::MetadataStore> store;
  std::unique_ptr<Accounts> accounts;
};

const std::string k_client = "192.0.2.1";  // NOLINT(cert-err58-cpp)

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base::crypto::base64_encode(user + ":" + password);
}

TEST_SUITE_BEGIN("registry.access.accounts");

TEST_CASE("where registration is on, a login with a free name creates the user") {
  World world;

  const auto issued = world.accounts->login("ann", Secret("secret"), "ann@example.org", k_client);

  REQUIRE(issued);
  const auto identity = world.accounts->authenticate("Bearer " + issued->token, k_client);
  REQUIRE(identity);
  CHECK(identity->user == "ann");
  CHECK(identity->email == "ann@example.org");
}

TEST_CASE("a known user needs the right password") {
  World world;
  REQUIRE(world.accounts->login("ann", Secret("secret"), "", k_client));

  const auto wrong = world.accounts->login("ann", Secret("other"), "", k_client);
  const auto right = world.accounts->login("ann", Secret("secret"), "", k_client);

  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::unauthorized);
  CHECK(right.has_value());
}

TEST_CASE("where registration is off, nobody is created by a login") {
  World world(Policy{.registration = false});

  const auto stranger = world.accounts->login("ann", Secret("secret"), "", k_client);
  REQUIRE(world.accounts->add_user("bob", Secret("secret"), ""));
  const auto known = world.accounts->login("bob", Secret("secret"), "", k_client);

  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().code == ErrorCode::unauthorized);
  CHECK(known.has_value());
}

TEST_CASE("names and passwords that cannot be chosen are refused") {
  World world;
  for (const char* name : {"", ".x", "a b", "a/b", "ä"}) {
    CAPTURE(name);
    const auto issued = world.accounts->login(name, Secret("secret"), "", k_client);
    REQUIRE_FALSE(issued);
    CHECK(issued.error().code == ErrorCode::invalid_input);
  }
  CHECK_FALSE(world.accounts->login("ann", Secret("abc"), "", k_client).has_value());
}

TEST_CASE("neither a token nor a password is stored as it is") {
  World world;
  const auto issued = world.accounts->login("ann", Secret("secret"), "", k_client);
  REQUIRE(issued);

  const auto user = world.store->find_user("ann");
  const auto tokens = world.store->tokens_of("ann");

  REQUIRE(user);
  CHECK((*user)->password_hash.find("secret") == std::string::npos);
  REQUIRE(tokens);
  REQUIRE(tokens->size() == 1);
  CHECK(tokens->front().digest == base::crypto::sha256_hex(issued->token));
  CHECK(issued->token.find(tokens->front().hint) == std::string::npos);
}

TEST_CASE("a revoked token is refused at once, although it was used before") {
  World world;
  const auto issued = world.accounts->login("ann", Secret("secret"), "", k_client);
  REQUIRE(world.accounts->authenticate("Bearer " + issued->token, k_client));

  REQUIRE(world.accounts->revoke_token("ann", issued->token));

  CHECK_FALSE(world.accounts->authenticate("Bearer " + issued->token, k_client).has_value());
  CHECK_FALSE(world.accounts->cached_identity("Bearer " + issued->token).has_value());
}

TEST_CASE("a token is revoked by its key or the beginning of it, and by its user alone") {
  World world;
  const auto issued = world.accounts->login("ann", Secret("secret"), "", k_client);
  const auto key = issued->record.key;

  CHECK_FALSE(world.accounts->revoke_token("bob", key).has_value());
  CHECK_FALSE(world.accounts->revoke_token("ann", "").has_value());
  CHECK(world.accounts->revoke_token("ann", key.substr(0, 6)).has_value());
}

TEST_CASE("an expired token is refused") {
  World world;
  REQUIRE(world.accounts->add_user("ann", Secret("secret"), ""));
  const auto issued = world.accounts->create_token(
      "ann", {.limits = {.expires = world.clock.wall_time() + std::chrono::hours(1)}});
  REQUIRE(issued);

  world.clock.advance(std::chrono::hours(1));

  CHECK_FALSE(world.accounts->authenticate("Bearer " + issued->token, k_client).has_value());
}

TEST_CASE("Basic takes a password or a token, and remembers the verdict for a minute") {
  World world;
  const auto issued = world.accounts->login("ann", Secret("secret"), "", k_client);

  CHECK(world.accounts->authenticate(basic("ann", "secret"), k_client).has_value());
  CHECK(world.accounts->authenticate(basic("ann", issued->token), k_client).has_value());
  CHECK_FALSE(world.accounts->authenticate(basic("bob", issued->token), k_client).has_value());
  CHECK_FALSE(world.accounts->authenticate(basic("ann", "wrong"), k_client).has_value());
  CHECK(world.accounts->cached_identity(basic("ann", "secret")).has_value());
  world.clock.advance(std::chrono::seconds(61));
  CHECK_FALSE(world.accounts->cached_identity(basic("ann", "secret")).has_value());
}

TEST_CASE("credentials that make no sense are wrong and no more") {
  World world;
  for (const char* authorization :
       {"", "Bearer", "Bearer ", "Bearer x", "Basic", "Basic !!", "Basic YW5u", "Digest x", "x"}) {
    CAPTURE(authorization);
    const auto identity = world.accounts->authenticate(authorization, k_client);
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == ErrorCode::unauthorized);
  }
  CHECK_FALSE(
      world.accounts->authenticate("Bearer " + std::string(100'000, 'x'), k_client).has_value());
}

TEST_CASE("after some wrong passwords the user has to wait at this address, and nowhere else") {
  World world;
  REQUIRE(world.accounts->add_user("ann", Secret("secret"), ""));
  REQUIRE(world.accounts->add_user("bob", Secret("secret"), ""));
  for (int i = 0; i < 5; ++i) {
    CHECK(world.accounts->login("ann", Secret("wrong"), "", k_client).error().code ==
          ErrorCode::unauthorized);
  }

  const auto login = world.accounts->login("ann", Secret("secret"), "", k_client);
  const auto basic_login = world.accounts->authenticate(basic("ann", "secret"), k_client);

  REQUIRE_FALSE(login);
  CHECK(login.error().reason == registry::access::k_too_many_attempts);
  REQUIRE_FALSE(basic_login);
  CHECK(basic_login.error().reason == registry::access::k_too_many_attempts);
  CHECK(world.accounts->login("ann", Secret("secret"), "", "192.0.2.2").has_value());
  CHECK(world.accounts->login("bob", Secret("secret"), "", k_client).has_value());
  world.clock.advance(registry::access::k_attempt_pause);
  CHECK(world.accounts->login("ann", Secret("secret"), "", k_client).has_value());
}

TEST_CASE("names that nobody has are slowed down as those of users are") {
  World world(Policy{.registration = false});
  for (int i = 0; i < 5; ++i) {
    CHECK(world.accounts->check_password("nobody", Secret("x"), k_client).error().code ==
          ErrorCode::unauthorized);
  }

  CHECK(world.accounts->check_password("nobody", Secret("x"), k_client).error().reason ==
        registry::access::k_too_many_attempts);
}

TEST_CASE("a network of IPv6 guesses as one address") {
  World world;
  REQUIRE(world.accounts->add_user("ann", Secret("secret"), ""));
  for (int i = 0; i < 5; ++i) {
    const auto client = "2001:db8::" + std::to_string(i);
    CHECK_FALSE(world.accounts->check_password("ann", Secret("wrong"), client).has_value());
  }

  const auto same = world.accounts->check_password("ann", Secret("secret"), "2001:db8::99");
  const auto other = world.accounts->check_password("ann", Secret("secret"), "2001:db8:0:1::1");

  REQUIRE_FALSE(same);
  CHECK(same.error().reason == registry::access::k_too_many_attempts);
  CHECK(other.has_value());
}

TEST_CASE("right passwords are never too many") {
  World world;
  REQUIRE(world.accounts->add_user("ann", Secret("secret"), ""));
  for (int i = 0; i < 8; ++i) {
    CHECK(world.accounts->check_password("ann", Secret("secret"), k_client).has_value());
  }
}

TEST_CASE("only a password is hashed, never a token") {
  CHECK(Accounts::may_hash(basic("ann", "secret")));
  CHECK_FALSE(Accounts::may_hash(basic("ann", "npm_x")));
  CHECK_FALSE(Accounts::may_hash("Bearer npm_x"));
  CHECK_FALSE(Accounts::may_hash("Basic !!"));
  CHECK_FALSE(Accounts::may_hash("Basic " + std::string(10'000, 'x')));
}

TEST_SUITE_END();

}  // namespace
