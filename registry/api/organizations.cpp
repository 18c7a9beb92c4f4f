// `npm org`, and which packages somebody has.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/package_access.hpp"
#include "registry/api/routes.hpp"
#include "registry/core/package_name.hpp"

#include <fmt/format.h>

#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;
using store::Role;

// Clients strip the "@" that people write before names, some of them.
std::string without_at(const std::string& name) {
  return name.starts_with('@') ? name.substr(1) : name;
}

// An admin brings developers and admins in and out; owners only an owner does.
base::Status check_may_change_owners(const Call& call) {
  const auto role = call.memberships->roles.find(call.organization);
  const bool owner = role != call.memberships->roles.end() && role->second == Role::owner;
  return owner || call.memberships->administrator
             ? base::ok()
             : base::Status(Error{
                   ErrorCode::forbidden,
                   fmt::format("only an owner of {} decides about owners", call.organization)});
}

base::Result<std::optional<Role>> role_of(const Services& services,
                                          const std::string& organization,
                                          const std::string& user) {
  BASE_TRY_ASSIGN(const auto members, services.organizations.members(organization));
  for (const auto& member : members) {
    if (member.user == user) {
      return std::optional(member.role);
    }
  }
  return std::optional<Role>();
}

base::Result<Response> list_members(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto members, services.organizations.members(call.organization));
  json answer = json::object();
  for (const auto& member : members) {
    answer[member.user] = store::name_of(member.role);
  }
  return value_answer(200, answer);
}

// The first member of a name that is not in use founds the organisation: npm has no command for it.
base::Status found(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const bool known, services.organizations.exists(call.organization));
  if (known) {
    return base::ok();
  }
  BASE_TRY(core::check_new_name("@" + call.organization + "/any"));
  return services.organizations.create(call.organization,
                                       call.identity->user,
                                       services.clock.wall_time().time_since_epoch().count());
}

base::Result<Response> set_member(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  BASE_TRY_ASSIGN(const auto named, required_text(body, "user"));
  const auto user = without_at(named);
  auto wanted = text_or_empty(body, "role");
  const auto role = store::role_named(wanted.empty() ? "developer" : wanted);
  if (!role) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("'{:.40}' is no role; expected developer, admin or owner", wanted)};
  }
  BASE_TRY_ASSIGN(const bool known, services.organizations.exists(call.organization));
  BASE_TRY_ASSIGN(const auto before, role_of(services, call.organization, user));
  if (known && (role == Role::owner || before == Role::owner)) {
    BASE_TRY(check_may_change_owners(call));
  }
  BASE_TRY(found(services, call));
  auto set = services.organizations.set_member(call.organization, {.user = user, .role = *role});
  services.authority.forget();
  BASE_TRY(std::move(set));
  BASE_TRY_ASSIGN(const auto members, services.organizations.members(call.organization));
  return value_answer(201,
                      json{{"org", {{"name", call.organization}, {"size", members.size()}}},
                           {"user", user},
                           {"role", store::name_of(*role)}});
}

base::Result<Response> remove_member(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  BASE_TRY_ASSIGN(const auto named, required_text(body, "user"));
  const auto user = without_at(named);
  BASE_TRY_ASSIGN(const auto before, role_of(services, call.organization, user));
  if (before == Role::owner) {
    BASE_TRY(check_may_change_owners(call));
  }
  BASE_TRY(services.organizations.remove_member(call.organization, user));
  services.authority.forget();
  return Response{.status = 204};
}

// Of the packages, those that the caller may read, with what he may do with them.
base::Result<Response> listed(const Services& services,
                              const Call& call,
                              const std::vector<store::ListedPackage>& packages,
                              const std::string& owner) {
  BASE_TRY_ASSIGN(const auto memberships, services.authority.memberships(call.identity));
  json answer = json::object();
  for (const auto& listed : packages) {
    const auto level =
        owner == call.identity->user
            ? access::Level::administer
            : access::level_on(listed.name, nullptr, call.identity->user, *memberships);
    if (listed.restricted && level == access::Level::none) {
      continue;
    }
    answer[listed.name] = permission_word(!owner.empty() || level >= access::Level::write);
  }
  return value_answer(200, answer);
}

base::Result<Response> packages_of_organization(const Services& services, const Call& call) {
  // Not by the route's permission: clients ask here for a user's packages first.
  const auto organization = without_at(call.parameters.at("name"));
  BASE_TRY_ASSIGN(const bool known, services.organizations.exists(organization));
  if (!known) {
    return Error{ErrorCode::not_found, fmt::format("no organization {:.80}", organization)};
  }
  BASE_TRY_ASSIGN(const auto packages,
                  services.organizations.packages_in_scope("@" + organization));
  return listed(services, call, packages, "");
}

base::Result<Response> packages_of_user(const Services& services,
                                        const Call& call,
                                        const std::string& user) {
  BASE_TRY_ASSIGN(const auto known, services.metadata.find_user(user));
  if (!known) {
    return Error{ErrorCode::not_found, fmt::format("no user {:.80}", user)};
  }
  BASE_TRY_ASSIGN(const auto packages, services.organizations.packages_owned_by(user));
  return listed(services, call, packages, user);
}

}  // namespace

void add_organization_routes(RouteTables& tables, const Services& services) {
  auto& own = tables.own;
  own.add("GET",
          "/-/org/{org}/user",
          Permission::read_organization,
          Action{.answer = [&services](Call& call) { return list_members(services, call); }});
  own.add("PUT",
          "/-/org/{org}/user",
          Permission::create_organization,
          Action{.answer = [&services](Call& call) { return set_member(services, call); },
                 .max_body = k_max_json_body});
  own.add("DELETE",
          "/-/org/{org}/user",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) { return remove_member(services, call); },
                 .max_body = k_max_json_body});
  own.add(
      "GET", "/-/org/{name}/package", Permission::user, Action{.answer = [&services](Call& call) {
        return packages_of_organization(services, call);
      }});
  own.add(
      "GET", "/-/user/{name}/package", Permission::user, Action{.answer = [&services](Call& call) {
        return packages_of_user(services, call, without_at(call.parameters.at("name")));
      }});
  // What pnpm asks for the caller's own packages.
  own.add("GET", "/-/-/package", Permission::user, Action{.answer = [&services](Call& call) {
            return packages_of_user(services, call, call.identity->user);
          }});
}

}  // namespace registry::api
