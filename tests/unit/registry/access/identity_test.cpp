#include "registry/access/identity.hpp"

#include <doctest/doctest.h>

namespace {

using base::ErrorCode;
using namespace registry::access;  // NOLINT(google-build-using-namespace)
using registry::core::Package;

const Identity k_ann{.user = "ann"};                        // NOLINT(cert-err58-cpp)
const Identity k_reader{.user = "ann", .read_only = true};  // NOLINT(cert-err58-cpp)

Package package_of(const char* owner) {
  Package package{.name = "n", .owners = {{owner, ""}}};
  package.versions.push_back({.content = std::make_shared<registry::core::VersionContent>()});
  return package;
}

std::optional<ErrorCode> outcome(Permission permission,
                                 const std::optional<Identity>& identity,
                                 const Package* package = nullptr,
                                 Policy policy = {}) {
  const auto checked = check_permission(permission, policy, identity, package);
  return checked ? std::nullopt : std::optional(checked.error().code);
}

TEST_SUITE_BEGIN("registry.access.identity");

TEST_CASE("an open route asks nobody") {
  CHECK_FALSE(outcome(Permission::open, std::nullopt, nullptr, {.anonymous_read = false}));
}

TEST_CASE("reading asks for an account where anonymous reading is off") {
  CHECK_FALSE(outcome(Permission::read, std::nullopt));
  CHECK(outcome(Permission::read, std::nullopt, nullptr, {.anonymous_read = false}) ==
        ErrorCode::unauthorized);
  CHECK_FALSE(outcome(Permission::read, k_reader, nullptr, {.anonymous_read = false}));
}

TEST_CASE("strangers change nothing") {
  for (const auto permission :
       {Permission::user, Permission::account, Permission::change_package}) {
    CHECK(outcome(permission, std::nullopt) == ErrorCode::unauthorized);
  }
}

TEST_CASE("a token that may only read changes nothing") {
  const auto package = package_of("ann");

  CHECK_FALSE(outcome(Permission::user, k_reader));
  CHECK(outcome(Permission::account, k_reader) == ErrorCode::forbidden);
  CHECK(outcome(Permission::change_package, k_reader, &package) == ErrorCode::forbidden);
}

TEST_CASE("a package is changed by its owners") {
  const auto own = package_of("ann");
  const auto foreign = package_of("bob");

  CHECK_FALSE(outcome(Permission::change_package, k_ann, &own));
  CHECK(outcome(Permission::change_package, k_ann, &foreign) == ErrorCode::forbidden);
}

TEST_CASE("a name that is not in use can be taken by any user") {
  auto gone = package_of("bob");
  gone.versions.clear();

  CHECK_FALSE(outcome(Permission::change_package, k_ann, nullptr));
  CHECK_FALSE(outcome(Permission::change_package, k_ann, &gone));
}

TEST_SUITE_END();

}  // namespace
