#include "agent/access/permission.hpp"

namespace agent::access {

std::string_view name_of(Permission permission) noexcept {
  switch (permission) {
    case Permission::open:
      return "public";
    case Permission::view:
      return "view";
    case Permission::operate:
      return "operate";
    case Permission::admin:
      return "admin";
    case Permission::local:
      return "local";
  }
  return "local";
}

std::string_view name_of(Role role) noexcept {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::operator_:
      return "operator";
    case Role::admin:
      return "admin";
  }
  return "viewer";
}

std::optional<Role> role_named(std::string_view name) noexcept {
  for (const auto role : {Role::viewer, Role::operator_, Role::admin}) {
    if (name == name_of(role)) {
      return role;
    }
  }
  return std::nullopt;
}

bool allows(Role role, Permission permission) noexcept {
  switch (permission) {
    case Permission::open:
    case Permission::view:
      return true;
    case Permission::operate:
      return role != Role::viewer;
    case Permission::admin:
      return role == Role::admin;
    case Permission::local:
      return false;
  }
  return false;
}

}  // namespace agent::access
