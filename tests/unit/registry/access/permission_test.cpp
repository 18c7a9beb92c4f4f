#include "registry/access/permission.hpp"

#include <doctest/doctest.h>

namespace {

using base::ErrorCode;
using namespace registry::access;  // NOLINT(google-build-using-namespace)
using registry::core::Package;
using registry::store::Memberships;
using registry::store::Role;

const Identity k_ann{.user = "ann"};  // NOLINT(cert-err58-cpp)

Identity limited(TokenLimits limits) {
  return {.user = "ann", .limits = std::make_shared<const TokenLimits>(std::move(limits))};
}

Package package_of(const char* owner, const char* name = "n", bool restricted = false) {
  Package package{.name = name, .owners = {{owner, ""}}, .restricted = restricted};
  package.versions.push_back({.content = std::make_shared<registry::core::VersionContent>()});
  return package;
}

struct Question {
  Permission permission = Permission::open;
  std::optional<Identity> identity = k_ann;
  const Package* package = nullptr;
  Memberships memberships = {};
  Policy policy = {};
  std::string_view name = "n";
  ScopeState scope = ScopeState::free;
};

std::optional<ErrorCode> outcome(const Question& question) {
  const auto checked =
      check_target(question.permission,
                   question.policy,
                   question.identity,
                   question.memberships,
                   {.name = question.package == nullptr ? question.name
                                                        : std::string_view(question.package->name),
                    .package = question.package,
                    .organization = "acme",
                    .scope = question.scope});
  return checked ? std::nullopt : std::optional(checked.error().code);
}

TEST_SUITE_BEGIN("registry.access.permission");

TEST_CASE("an open route asks nobody") {
  CHECK_FALSE(outcome({.identity = std::nullopt, .policy = {.anonymous_read = false}}));
}

TEST_CASE("reading asks for an account where anonymous reading is off") {
  const auto package = package_of("bob");

  for (const auto permission : {Permission::read, Permission::read_package}) {
    CHECK_FALSE(outcome({.permission = permission, .identity = std::nullopt, .package = &package}));
    CHECK(outcome({.permission = permission,
                   .identity = std::nullopt,
                   .package = &package,
                   .policy = {.anonymous_read = false}}) == ErrorCode::unauthorized);
    CHECK_FALSE(outcome(
        {.permission = permission, .package = &package, .policy = {.anonymous_read = false}}));
  }
}

TEST_CASE("strangers change nothing") {
  for (const auto permission : {Permission::user,
                                Permission::account,
                                Permission::write_package,
                                Permission::administer_package,
                                Permission::read_organization,
                                Permission::create_organization,
                                Permission::administer_organization,
                                Permission::administer_registry}) {
    CHECK(outcome({.permission = permission, .identity = std::nullopt}) == ErrorCode::unauthorized);
  }
}

TEST_CASE("a token that may only read changes nothing") {
  const auto package = package_of("ann");
  const auto reader = limited({.read_only = true});
  const Memberships memberships{.administrator = true, .roles = {{"acme", Role::owner}}};

  CHECK_FALSE(outcome({.permission = Permission::user, .identity = reader}));
  CHECK_FALSE(outcome({.permission = Permission::read_organization,
                       .identity = reader,
                       .memberships = memberships,
                       .scope = ScopeState::organization}));
  for (const auto permission : {Permission::account,
                                Permission::write_package,
                                Permission::administer_package,
                                Permission::create_organization,
                                Permission::administer_organization,
                                Permission::administer_registry}) {
    CHECK(outcome({.permission = permission,
                   .identity = reader,
                   .package = &package,
                   .memberships = memberships,
                   .scope = ScopeState::organization}) == ErrorCode::forbidden);
  }
}

TEST_CASE("a package is changed by its owners and by teams that may write") {
  const auto own = package_of("ann");
  const auto foreign = package_of("bob");
  const Memberships reads{.packages = {{"n", false}}};
  const Memberships writes{.packages = {{"n", true}}};
  const auto write = Permission::write_package;
  const auto administer = Permission::administer_package;

  CHECK_FALSE(outcome({.permission = write, .package = &own}));
  CHECK_FALSE(outcome({.permission = administer, .package = &own}));
  CHECK(outcome({.permission = write, .package = &foreign}) == ErrorCode::forbidden);
  CHECK(outcome({.permission = write, .package = &foreign, .memberships = reads}) ==
        ErrorCode::forbidden);
  CHECK_FALSE(outcome({.permission = write, .package = &foreign, .memberships = writes}));
  CHECK(outcome({.permission = administer, .package = &foreign, .memberships = writes}) ==
        ErrorCode::forbidden);
}

TEST_CASE("admins of the organization of its scope administer a package, developers do not") {
  const auto package = package_of("bob", "@acme/n");
  const auto ask = [&](const Memberships& memberships) {
    return outcome({.permission = Permission::administer_package,
                    .package = &package,
                    .memberships = memberships});
  };

  CHECK(ask({.roles = {{"acme", Role::developer}}}) == ErrorCode::forbidden);
  CHECK(ask({.roles = {{"other", Role::owner}}}) == ErrorCode::forbidden);
  CHECK_FALSE(ask({.roles = {{"acme", Role::admin}}}));
  CHECK_FALSE(ask({.roles = {{"acme", Role::owner}}}));
  CHECK_FALSE(ask({.administrator = true}));
}

TEST_CASE("a restricted package does not exist for those who may not read it") {
  const auto package = package_of("bob", "@acme/n", true);
  const Memberships reads{.packages = {{"@acme/n", false}}};

  for (const auto permission :
       {Permission::read_package, Permission::write_package, Permission::administer_package}) {
    CHECK(outcome({.permission = permission, .package = &package}) == ErrorCode::not_found);
  }
  CHECK(outcome({.permission = Permission::read_package,
                 .identity = std::nullopt,
                 .package = &package}) == ErrorCode::not_found);
  CHECK_FALSE(
      outcome({.permission = Permission::read_package, .package = &package, .memberships = reads}));
  CHECK(outcome(
            {.permission = Permission::write_package, .package = &package, .memberships = reads}) ==
        ErrorCode::forbidden);
  CHECK_FALSE(outcome({.permission = Permission::read_package,
                       .package = &package,
                       .memberships = {.roles = {{"acme", Role::admin}}}}));
}

TEST_CASE("a name that is not in use can be taken by whom its scope is open to") {
  auto gone = package_of("bob");
  gone.versions.clear();
  const auto take = [](std::string_view name, ScopeState scope, const Memberships& memberships) {
    return outcome({.permission = Permission::write_package,
                    .memberships = memberships,
                    .name = name,
                    .scope = scope});
  };

  CHECK_FALSE(outcome({.permission = Permission::write_package}));
  CHECK_FALSE(outcome({.permission = Permission::write_package, .package = &gone}));
  CHECK_FALSE(take("@acme/n", ScopeState::free, {}));
  CHECK(take("@acme/n", ScopeState::organization, {}) == ErrorCode::forbidden);
  CHECK_FALSE(take("@acme/n", ScopeState::organization, {.roles = {{"acme", Role::developer}}}));
  CHECK(take("@bob/n", ScopeState::of_user, {}) == ErrorCode::forbidden);
  CHECK_FALSE(take("@ann/n", ScopeState::of_user, {}));
}

TEST_CASE("a granular token does what it names and nothing else") {
  const auto own = package_of("ann", "@s/n");
  const auto other = package_of("ann", "m");
  const auto writer = limited({.granular = true, .scopes = {"@s"}});
  const auto reader =
      limited({.granular = true, .packages = {"@s/n"}, .on_packages = TokenPower::read});
  const Policy closed{.anonymous_read = false};

  CHECK_FALSE(
      outcome({.permission = Permission::write_package, .identity = writer, .package = &own}));
  CHECK(outcome({.permission = Permission::write_package, .identity = writer, .package = &other}) ==
        ErrorCode::forbidden);
  CHECK(outcome({.permission = Permission::write_package, .identity = writer, .name = "x"}) ==
        ErrorCode::forbidden);
  CHECK_FALSE(outcome({.permission = Permission::read_package,
                       .identity = reader,
                       .package = &own,
                       .policy = closed}));
  CHECK(outcome({.permission = Permission::read_package,
                 .identity = reader,
                 .package = &other,
                 .policy = closed}) == ErrorCode::forbidden);
  CHECK(outcome({.permission = Permission::write_package, .identity = reader, .package = &own}) ==
        ErrorCode::forbidden);
  CHECK(outcome({.permission = Permission::account, .identity = writer}) == ErrorCode::forbidden);
}

TEST_CASE("organizations are read by members, changed by admins, founded where the scope is free") {
  const auto ask = [](Permission permission, const Memberships& memberships, ScopeState scope) {
    return outcome({.permission = permission, .memberships = memberships, .scope = scope});
  };
  const Memberships developer{.roles = {{"acme", Role::developer}}};
  const Memberships admin{.roles = {{"acme", Role::admin}}};
  constexpr auto k_there = ScopeState::organization;

  CHECK(ask(Permission::read_organization, {}, k_there) == ErrorCode::forbidden);
  CHECK_FALSE(ask(Permission::read_organization, developer, k_there));
  CHECK(ask(Permission::read_organization, {}, ScopeState::free) == ErrorCode::not_found);
  CHECK(ask(Permission::administer_organization, developer, k_there) == ErrorCode::forbidden);
  CHECK_FALSE(ask(Permission::administer_organization, admin, k_there));
  CHECK(ask(Permission::create_organization, developer, k_there) == ErrorCode::forbidden);
  CHECK_FALSE(ask(Permission::create_organization, {}, ScopeState::free));
  CHECK(ask(Permission::create_organization, {}, ScopeState::occupied) == ErrorCode::forbidden);
  CHECK(ask(Permission::create_organization, {}, ScopeState::of_user) == ErrorCode::forbidden);
  CHECK_FALSE(ask(Permission::create_organization, {.administrator = true}, ScopeState::occupied));
}

TEST_CASE("a token is good from its networks until it expires") {
  const base::WallTime now{std::chrono::milliseconds(1000)};
  const auto token = limited(
      {.networks = {"192.0.2.0/24", "2001:db8::/32"}, .expires = now + std::chrono::seconds(1)});

  CHECK(check_token_use(token, "192.0.2.7", now));
  CHECK(check_token_use(token, "::ffff:192.0.2.7", now));
  CHECK(check_token_use(token, "2001:db8::1", now));
  const auto elsewhere = check_token_use(token, "192.0.3.7", now);
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error().reason == k_ip_address);
  CHECK_FALSE(check_token_use(token, "", now));
  CHECK_FALSE(check_token_use(token, "192.0.2.7", now + std::chrono::seconds(1)));
  CHECK(check_token_use(k_ann, "192.0.3.7", now));
}

TEST_SUITE_END();

}  // namespace
