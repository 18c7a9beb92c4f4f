#include "registry/access/permission.hpp"

#include "registry/core/package_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::access {
namespace {

using base::Error;
using base::ErrorCode;
using store::Memberships;
using store::Role;

Error read_only() {
  return Error{ErrorCode::forbidden, "this token may only read"};
}

Error beyond_token(std::string_view what) {
  return Error{ErrorCode::forbidden, fmt::format("this token is not for {:.214}", what)};
}

std::optional<Role> role_in(const Memberships& memberships, std::string_view organization) {
  const auto found = memberships.roles.find(std::string(organization));
  return found == memberships.roles.end() ? std::nullopt : std::optional(found->second);
}

bool administers(const Memberships& memberships, std::string_view organization) {
  const auto role = role_in(memberships, organization);
  return memberships.administrator || (role && *role != Role::developer);
}

TokenPower power_on(const Identity& identity, std::string_view package) {
  return identity.limits == nullptr ? TokenPower::write : identity.limits->power_on(package);
}

TokenPower power_in(const Identity& identity, std::string_view organization) {
  return identity.limits == nullptr ? TokenPower::write : identity.limits->power_in(organization);
}

bool exists(const Target& target) {
  return target.package != nullptr && !target.package->is_unpublished();
}

// Who may publish the first version under a name.
base::Status check_new_package(const Identity& identity,
                               const Memberships& memberships,
                               const Target& target) {
  const auto scope = core::scope_of(target.name);
  if (memberships.administrator || scope.empty()) {
    return base::ok();
  }
  switch (target.scope) {
    case ScopeState::free:
    case ScopeState::occupied:
      return base::ok();
    case ScopeState::organization:
      if (role_in(memberships, scope.substr(1))) {
        return base::ok();
      }
      return Error{ErrorCode::forbidden,
                   fmt::format("{} is not in the organization {}", identity.user, scope.substr(1))};
    case ScopeState::of_user:
      if (scope.substr(1) == identity.user) {
        return base::ok();
      }
      return Error{ErrorCode::forbidden, fmt::format("the scope {} is a user's", scope)};
  }
  return base::ok();
}

base::Status check_read(const Policy& policy,
                        const std::optional<Identity>& identity,
                        const Memberships& memberships,
                        const Target& target) {
  if (target.package == nullptr) {
    return unknown_package(target.name);
  }
  if (is_open_to_all(*target.package, policy)) {
    return base::ok();
  }
  if (!identity ||
      (target.package->restricted &&
       level_on(target.name, target.package, identity->user, memberships) == Level::none)) {
    return unknown_package(target.name);
  }
  return power_on(*identity, target.name) == TokenPower::none
             ? base::Status(beyond_token(target.name))
             : base::ok();
}

base::Status check_change(Permission permission,
                          const Policy& policy,
                          const Identity& identity,
                          const Memberships& memberships,
                          const Target& target) {
  if (exists(target)) {
    BASE_TRY(check_read(policy, identity, memberships, target));
  }
  if (power_on(identity, target.name) != TokenPower::write) {
    return beyond_token(fmt::format("changing {}", target.name));
  }
  if (!exists(target)) {
    return permission == Permission::write_package
               ? check_new_package(identity, memberships, target)
               : base::Status(unknown_package(target.name));
  }
  const auto needed = permission == Permission::write_package ? Level::write : Level::administer;
  if (level_on(target.name, target.package, identity.user, memberships) < needed) {
    return Error{ErrorCode::forbidden,
                 fmt::format("{} is not an owner of {}", identity.user, target.name),
                 "Ask an owner to run `npm owner add`, or to grant it to a team."};
  }
  return base::ok();
}

base::Status check_organization(Permission permission,
                                const Identity& identity,
                                const Memberships& memberships,
                                const Target& target) {
  const auto& organization = target.organization;
  const auto power = power_in(identity, organization);
  if (power == TokenPower::none ||
      (power == TokenPower::read && permission != Permission::read_organization)) {
    return beyond_token(organization);
  }
  if (target.scope != ScopeState::organization) {
    if (permission != Permission::create_organization) {
      return Error{ErrorCode::not_found, fmt::format("no organization {:.80}", organization)};
    }
    const bool free = target.scope == ScopeState::free ||
                      (target.scope == ScopeState::of_user && organization == identity.user);
    return free || memberships.administrator
               ? base::ok()
               : base::Status(Error{ErrorCode::forbidden,
                                    fmt::format("the scope @{:.80} is in use", organization),
                                    "An administrator of the registry can create it."});
  }
  const bool permitted =
      permission == Permission::read_organization
          ? memberships.administrator || role_in(memberships, organization).has_value()
          : administers(memberships, organization);
  return permitted ? base::ok()
                   : base::Status(Error{ErrorCode::forbidden,
                                        fmt::format("{} may not do this in the organization {:.80}",
                                                    identity.user,
                                                    organization)});
}

}  // namespace

base::Error unknown_package(std::string_view name) {
  return Error{ErrorCode::not_found,
               fmt::format("{:.214} is not in this registry, or you may not read it", name)};
}

store::Reader reader_of(const std::optional<Identity>& identity, const Memberships& memberships) {
  if (!identity || (identity->limits != nullptr && identity->limits->granular)) {
    return {};
  }
  return {.user = identity->user, .sees_everything = memberships.administrator};
}

bool is_about_package(Permission permission) {
  return permission == Permission::read_package || permission == Permission::write_package ||
         permission == Permission::administer_package;
}

bool is_about_organization(Permission permission) {
  return permission == Permission::read_organization ||
         permission == Permission::create_organization ||
         permission == Permission::administer_organization;
}

bool needs_identity(Permission permission, const Policy& policy) {
  const bool reads = permission == Permission::read || permission == Permission::read_package;
  return permission != Permission::open && !(reads && policy.anonymous_read);
}

base::Status check_identity(Permission permission,
                            const Policy& policy,
                            const std::optional<Identity>& identity) {
  if (!identity) {
    return needs_identity(permission, policy)
               ? base::Status(Error{ErrorCode::unauthorized,
                                    "you must be logged in to do this",
                                    "Run `npm login`."})
               : base::ok();
  }
  switch (permission) {
    case Permission::open:
    case Permission::read:
    case Permission::user:
    case Permission::read_package:
    case Permission::read_organization:
      return base::ok();
    case Permission::account:
    case Permission::administer_registry:
      if (identity->limits != nullptr && identity->limits->granular) {
        return beyond_token("this");
      }
      break;
    case Permission::write_package:
    case Permission::administer_package:
    case Permission::create_organization:
    case Permission::administer_organization:
      break;
  }
  return identity->is_read_only() ? base::Status(read_only()) : base::ok();
}

base::Status check_target(Permission permission,
                          const Policy& policy,
                          const std::optional<Identity>& identity,
                          const Memberships& memberships,
                          const Target& target) {
  BASE_TRY(check_identity(permission, policy, identity));
  switch (permission) {
    case Permission::open:
    case Permission::read:
    case Permission::user:
    case Permission::account:
      return base::ok();
    case Permission::read_package:
      return check_read(policy, identity, memberships, target);
    case Permission::write_package:
    case Permission::administer_package:
      return check_change(permission, policy, *identity, memberships, target);
    case Permission::read_organization:
    case Permission::create_organization:
    case Permission::administer_organization:
      return check_organization(permission, *identity, memberships, target);
    case Permission::administer_registry:
      return memberships.administrator
                 ? base::ok()
                 : base::Status(Error{ErrorCode::forbidden,
                                      "only an administrator of the registry may do this"});
  }
  return Error{ErrorCode::forbidden, "not permitted"};
}

Level level_on(std::string_view package_name,
               const core::Package* package,
               const std::string& user,
               const Memberships& memberships) {
  const auto scope = core::scope_of(package_name);
  if ((package != nullptr && package->is_owned_by(user)) || memberships.administrator ||
      (!scope.empty() && administers(memberships, scope.substr(1)))) {
    return Level::administer;
  }
  const auto granted = memberships.packages.find(std::string(package_name));
  if (granted == memberships.packages.end()) {
    return Level::none;
  }
  return granted->second ? Level::write : Level::read;
}

}  // namespace registry::access
