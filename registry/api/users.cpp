// Login, logout and who somebody is.

#include "registry/api/answers.hpp"
#include "registry/api/challenge.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"
#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

// The ids of users in the CouchDB that npm's first registry was.
constexpr std::string_view k_id_prefix = "org.couchdb.user:";

base::Result<std::string> user_of(const Call& call) {
  const auto& id = call.parameters.at("id");
  if (!id.starts_with(k_id_prefix)) {
    return Error{ErrorCode::not_found, "not found"};
  }
  return id.substr(k_id_prefix.size());
}

base::Result<Response> login(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const std::string user, user_of(call));
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  if (text_or_empty(body, "name") != user) {
    return Error{ErrorCode::invalid_input, "the name in the body is not the one in the address"};
  }
  const std::string code(call.request().headers.get("npm-otp").value_or(""));
  const auto issued =
      services.accounts.login(user,
                              base::Secret(text_or_empty(body, "password")),
                              text_or_empty(body, "email"),
                              call.client,
                              [&] { return services.second_factors.check(user, code); });
  if (!issued) {
    return challenge(services, call, user, issued.error());
  }
  const json answer = {{"ok", "you are authenticated as '" + user + "'"},
                       {"id", call.parameters.at("id")},
                       {"rev", "1-" + issued->record.key},
                       {"token", issued->token}};
  auto response = value_answer(201, answer);
  response.headers.add("cache-control", "no-store");
  return response;
}

base::Result<Response> public_profile(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const std::string user, user_of(call));
  BASE_TRY_ASSIGN(const auto record, services.metadata.find_user(user));
  if (!record) {
    return Error{ErrorCode::not_found, fmt::format("no user {:.80}", user)};
  }
  const json answer = {{"_id", std::string(k_id_prefix) + record->name},
                       {"name", record->name},
                       {"email", record->email},
                       {"type", "user"},
                       {"roles", json::array()},
                       {"date", base::format_time(record->created)}};
  return value_answer(200, answer);
}

}  // namespace

void add_user_routes(RouteTables& tables, const Services& services) {
  const Action login_action{.answer = [&services](Call& call) { return login(services, call); },
                            .max_body = k_max_json_body,
                            .hashes = true};
  // `npm login --auth-type=legacy` and `npm adduser` alike, and every client that knows no web
  // login.
  tables.own.add("PUT", "/-/user/{id}", Permission::open, login_action);
  tables.own.add("PUT", "/-/user/{id}/-rev/{revision}", Permission::open, login_action);
  tables.own.add("GET", "/-/user/{id}", Permission::user, Action{.answer = [&services](Call& call) {
                   return public_profile(services, call);
                 }});
  tables.own.add(
      "DELETE",
      "/-/user/token/{token}",
      Permission::user,
      Action{.answer = [&services](Call& call) -> base::Result<Response> {
        BASE_TRY(services.accounts.end_token(call.identity->user, call.parameters.at("token")));
        return json_answer(200, R"({"ok":true})");
      }});
  tables.own.add("GET",
                 "/-/whoami",
                 Permission::user,
                 Action{.answer = [](Call& call) -> base::Result<Response> {
                   return json_answer(
                       200, fmt::format(R"({{"username":{}}})", core::quoted(call.identity->user)));
                 }});
}

}  // namespace registry::api
