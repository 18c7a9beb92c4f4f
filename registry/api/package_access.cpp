// `npm access` and `npm owner` as far as they are about one package.

#include "registry/api/package_access.hpp"

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/package_change.hpp"
#include "registry/api/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

base::Result<Response> visibility(const Call& call, const access::Policy& policy) {
  const auto& package = *call.package->package;
  if (package.is_unpublished()) {
    return access::unknown_package(package.name);
  }
  return value_answer(200, json{{"public", access::is_open_to_all(package, policy)}});
}

base::Result<Response> set_access(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  std::optional<bool> restricted;
  if (const auto access = text_or_empty(body, "access"); !access.empty()) {
    BASE_TRY_ASSIGN(restricted, access_in(access));
  }
  const auto protection = body.find("publish_requires_tfa");
  const bool protects = protection != body.end() && protection->is_boolean();
  if (!restricted && !protects) {
    return Error{ErrorCode::invalid_input, "`access` or `publish_requires_tfa` is missing"};
  }
  const bool demanded = protects && protection->get<bool>();
  const auto exempt = body.find("automation_token_overrides_tfa");
  const bool automation_exempt = exempt != body.end() && *exempt == json(true);
  BASE_TRY(change_package(
      services, call, [&](const core::Package& before) -> base::Result<core::Change> {
        const auto now = services.clock.wall_time();
        auto change = restricted
                          ? core::with_visibility(before, *restricted, now)
                          : core::with_second_factor(before, demanded, automation_exempt, now);
        if (restricted && protects) {
          change.after.second_factor = demanded;
          change.after.automation_exempt = demanded && automation_exempt;
        }
        return change;
      }));
  return value_answer(200, json{{"ok", true}});
}

base::Result<Response> collaborators(const Services& services, const Call& call) {
  const auto& package = *call.package->package;
  json answer = json::object();
  BASE_TRY_ASSIGN(const auto granted, services.organizations.users_granted(package.name));
  for (const auto& grant : granted) {
    answer[grant.name] = permission_word(grant.writes);
  }
  for (const auto& owner : package.owners) {
    answer[owner.name] = permission_word(true);
  }
  if (const auto user = call.request().url.parameter("user")) {
    const std::string name(*user);
    answer = answer.contains(name) ? json{{name, answer[name]}} : json::object();
  }
  return value_answer(200, answer);
}

json owners_of(const core::Package& package) {
  json list = json::array();
  for (const auto& owner : package.owners) {
    list.push_back({{"name", owner.name}, {"email", owner.email}});
  }
  return list;
}

base::Result<Response> add_owner(const Services& services, const Call& call) {
  const auto& name = call.parameters.at("user");
  BASE_TRY_ASSIGN(const auto user, services.metadata.find_user(name));
  if (!user) {
    return Error{ErrorCode::not_found, fmt::format("no user {:.80}", name)};
  }
  BASE_TRY_ASSIGN(const auto entry,
                  change_package(services, call, [&](const core::Package& before) {
                    auto owners = before.owners;
                    if (!before.is_owned_by(name)) {
                      owners.push_back({.name = user->name, .email = user->email});
                    }
                    return core::with_owners(before, std::move(owners), services.clock.wall_time());
                  }));
  return value_answer(201, owners_of(*entry->package));
}

base::Result<Response> remove_owner(const Services& services, const Call& call) {
  const auto& name = call.parameters.at("user");
  BASE_TRY_ASSIGN(
      const auto entry,
      change_package(
          services, call, [&](const core::Package& before) -> base::Result<core::Change> {
            if (!before.is_owned_by(name)) {
              return Error{ErrorCode::not_found, fmt::format("{:.80} is not an owner", name)};
            }
            auto owners = before.owners;
            std::erase_if(owners, [&](const auto& owner) { return owner.name == name; });
            return core::with_owners(before, std::move(owners), services.clock.wall_time());
          }));
  return value_answer(200, owners_of(*entry->package));
}

}  // namespace

base::Result<bool> access_in(std::string_view text) {
  if (text == "public") {
    return false;
  }
  if (text == "restricted" || text == "private") {
    return true;
  }
  return Error{ErrorCode::invalid_input,
               fmt::format("'{:.40}' is no access; expected public or restricted", text)};
}

std::string_view permission_word(bool writes) {
  return writes ? "read-write" : "read-only";
}

base::Result<bool> writes_in(std::string_view text) {
  if (text == permission_word(true) || text == permission_word(false)) {
    return text == permission_word(true);
  }
  return Error{ErrorCode::invalid_input,
               fmt::format("'{:.40}' is no permission; expected read-only or read-write", text)};
}

void add_access_routes(RouteTables& tables, const Services& services) {
  auto& own = tables.own;
  own.add("GET",
          "/-/package/{package}/visibility",
          Permission::read_package,
          Action{.answer = [&services](Call& call) {
            return visibility(call, services.authority.policy());
          }});
  own.add("POST",
          "/-/package/{package}/access",
          Permission::administer_package,
          Action{.answer = [&services](Call& call) { return set_access(services, call); },
                 .max_body = k_max_json_body});
  // Who may write a package is nobody's business but theirs who may.
  own.add("GET",
          "/-/package/{package}/collaborators",
          Permission::write_package,
          Action{.answer = [&services](Call& call) -> base::Result<Response> {
            if (call.package == nullptr) {
              return access::unknown_package(call.parameters.at("package"));
            }
            return collaborators(services, call);
          }});
  own.add("GET",
          "/-/package/{package}/owners",
          Permission::read_package,
          Action{.answer = [](Call& call) -> base::Result<Response> {
            return value_answer(200, owners_of(*call.package->package));
          }});
  own.add("PUT",
          "/-/package/{package}/owners/{user}",
          Permission::write_package,
          Action{.answer = [&services](Call& call) { return add_owner(services, call); },
                 .max_body = k_max_json_body});
  own.add("DELETE",
          "/-/package/{package}/owners/{user}",
          Permission::write_package,
          Action{.answer = [&services](Call& call) { return remove_owner(services, call); },
                 .max_body = k_max_json_body});
}

}  // namespace registry::api
