// `npm team`, and the grants of `npm access`.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/package_access.hpp"
#include "registry/api/routes.hpp"
#include "registry/core/package_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

constexpr std::size_t k_max_team_name = 100;

base::Status check_team_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (name.empty() || name.size() > k_max_team_name ||
      !std::all_of(name.begin(), name.end(), allowed)) {
    return Error{ErrorCode::invalid_input,
                 "a team's name consists of at most 100 letters, digits and - _ ."};
  }
  return base::ok();
}

base::Result<Response> list_teams(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto teams, services.organizations.teams(call.organization));
  json answer = json::array();
  for (const auto& team : teams) {
    answer.push_back(call.organization + ":" + team);
  }
  return value_answer(200, answer);
}

base::Result<Response> add_team(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  const auto name = text_or_empty(body, "name");
  BASE_TRY(check_team_name(name));
  BASE_TRY(services.organizations.add_team(
      call.organization, name, text_or_empty(body, "description").substr(0, 1000)));
  return value_answer(201, json{{"name", name}});
}

base::Result<std::string> user_in(const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  BASE_TRY_ASSIGN(const auto name, required_text(body, "user"));
  return name.starts_with('@') ? name.substr(1) : name;
}

base::Result<Response> team_packages(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(
      const auto grants,
      services.organizations.team_packages(call.organization, call.parameters.at("team")));
  json answer = json::object();
  for (const auto& grant : grants) {
    answer[grant.name] = permission_word(grant.writes);
  }
  return value_answer(200, answer);
}

// Whoever administers a team can give it no more than he has himself.
base::Result<std::string> own_package_in(const Services& services,
                                         const Call& call,
                                         const json& body) {
  BASE_TRY_ASSIGN(const auto name, required_text(body, "package"));
  if (!core::is_readable_name(name)) {
    return Error{ErrorCode::invalid_input, fmt::format("'{:.214}' is no package name", name)};
  }
  const auto entry = services.catalog.find(name);
  if (!entry && entry.error().code != ErrorCode::not_found) {
    return entry.error();
  }
  BASE_TRY(services.authority.check(
      Permission::administer_package,
      call.identity,
      *call.memberships,
      {.name = name, .package = entry ? (*entry)->package.get() : nullptr}));
  return name;
}

base::Result<Response> grant(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  BASE_TRY_ASSIGN(const bool writes, writes_in(text_or_empty(body, "permissions")));
  BASE_TRY_ASSIGN(const auto package, own_package_in(services, call, body));
  BASE_TRY(services.organizations.grant(
      call.organization, call.parameters.at("team"), {.name = package, .writes = writes}));
  services.authority.forget();
  return value_answer(201, json{{"package", package}, {"permissions", permission_word(writes)}});
}

base::Result<Response> revoke(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  BASE_TRY_ASSIGN(const auto package, required_text(body, "package"));
  BASE_TRY(services.organizations.revoke(call.organization, call.parameters.at("team"), package));
  services.authority.forget();
  return Response{.status = 204};
}

void add_member_routes(Routes& own, const Services& services) {
  own.add("GET",
          "/-/team/{org}/{team}/user",
          Permission::read_organization,
          Action{.answer = [&services](Call& call) -> base::Result<Response> {
            BASE_TRY_ASSIGN(
                const auto members,
                services.organizations.team_members(call.organization, call.parameters.at("team")));
            return value_answer(200, json(members));
          }});
  own.add("PUT",
          "/-/team/{org}/{team}/user",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) -> base::Result<Response> {
                   BASE_TRY_ASSIGN(const auto user, user_in(call));
                   BASE_TRY(services.organizations.add_to_team(
                       call.organization, call.parameters.at("team"), user));
                   services.authority.forget();
                   return value_answer(201, json{{"user", user}});
                 },
                 .max_body = k_max_json_body});
  own.add("DELETE",
          "/-/team/{org}/{team}/user",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) -> base::Result<Response> {
                   BASE_TRY_ASSIGN(const auto user, user_in(call));
                   BASE_TRY(services.organizations.remove_from_team(
                       call.organization, call.parameters.at("team"), user));
                   services.authority.forget();
                   return Response{.status = 204};
                 },
                 .max_body = k_max_json_body});
}

}  // namespace

void add_team_routes(RouteTables& tables, const Services& services) {
  auto& own = tables.own;
  own.add("GET",
          "/-/org/{org}/team",
          Permission::read_organization,
          Action{.answer = [&services](Call& call) { return list_teams(services, call); }});
  own.add("PUT",
          "/-/org/{org}/team",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) { return add_team(services, call); },
                 .max_body = k_max_json_body});
  own.add("DELETE",
          "/-/team/{org}/{team}",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) -> base::Result<Response> {
                   BASE_TRY(services.organizations.remove_team(call.organization,
                                                               call.parameters.at("team")));
                   services.authority.forget();
                   return Response{.status = 204};
                 },
                 .max_body = k_max_json_body});
  add_member_routes(own, services);
  own.add("GET",
          "/-/team/{org}/{team}/package",
          Permission::read_organization,
          Action{.answer = [&services](Call& call) { return team_packages(services, call); }});
  own.add("PUT",
          "/-/team/{org}/{team}/package",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) { return grant(services, call); },
                 .max_body = k_max_json_body});
  own.add("DELETE",
          "/-/team/{org}/{team}/package",
          Permission::administer_organization,
          Action{.answer = [&services](Call& call) { return revoke(services, call); },
                 .max_body = k_max_json_body});
}

}  // namespace registry::api
