#include "agent/access/permission.hpp"

#include <doctest/doctest.h>

namespace {

using agent::access::allows;
using agent::access::Permission;
using agent::access::Role;
using agent::access::role_named;

TEST_SUITE_BEGIN("agent.access.permission");

TEST_CASE("a viewer looks and changes nothing") {
  CHECK(allows(Role::viewer, Permission::open));
  CHECK(allows(Role::viewer, Permission::view));
  CHECK_FALSE(allows(Role::viewer, Permission::operate));
  CHECK_FALSE(allows(Role::viewer, Permission::admin));
}

TEST_CASE("an operator runs operations and enters no container") {
  CHECK(allows(Role::operator_, Permission::operate));
  CHECK_FALSE(allows(Role::operator_, Permission::admin));
}

TEST_CASE("no role, not even an administrator's, allows what is for root on the host") {
  CHECK(allows(Role::admin, Permission::admin));
  CHECK_FALSE(allows(Role::admin, Permission::local));
  CHECK_FALSE(allows(Role::operator_, Permission::local));
  CHECK_FALSE(allows(Role::viewer, Permission::local));
}

TEST_CASE("a role is found by the name it prints, and by no other") {
  for (const auto role : {Role::viewer, Role::operator_, Role::admin}) {
    CHECK(role_named(name_of(role)) == role);
  }
  CHECK_FALSE(role_named("root"));
  CHECK_FALSE(role_named(""));
}

TEST_SUITE_END();

}  // namespace
