#include "registry/access/identity.hpp"

#include <fmt/format.h>

namespace registry::access {
namespace {

using base::Error;
using base::ErrorCode;

Error read_only() {
  return Error{ErrorCode::forbidden, "this token may only read"};
}

}  // namespace

bool needs_identity(Permission permission, const Policy& policy) {
  return permission != Permission::open &&
         !(permission == Permission::read && policy.anonymous_read);
}

base::Status check_permission(Permission permission,
                              const Policy& policy,
                              const std::optional<Identity>& identity,
                              const core::Package* package) {
  if (!needs_identity(permission, policy)) {
    return base::ok();
  }
  if (!identity) {
    return Error{ErrorCode::unauthorized, "you must be logged in to do this", "Run `npm login`."};
  }
  switch (permission) {
    case Permission::open:
    case Permission::read:
    case Permission::user:
      return base::ok();
    case Permission::account:
      return identity->read_only ? base::Status(read_only()) : base::ok();
    case Permission::change_package:
      if (identity->read_only) {
        return read_only();
      }
      if (package != nullptr && !package->is_unpublished() &&
          !package->is_owned_by(identity->user)) {
        return Error{ErrorCode::forbidden,
                     fmt::format("{} is not an owner of {}", identity->user, package->name),
                     "Ask an owner to run `npm owner add`."};
      }
      return base::ok();
  }
  return Error{ErrorCode::forbidden, "not permitted"};
}

}  // namespace registry::access
