// `npm profile`: what a user says about himself, his password and his second factor.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"
#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

constexpr std::array<const char*, 5> k_fields = {
    "fullname", "homepage", "freenode", "twitter", "github"};
constexpr std::size_t k_max_field = 512;

base::Result<json> profile_of(const Services& services, const std::string& user) {
  BASE_TRY_ASSIGN(const auto record, services.metadata.find_user(user));
  if (!record) {
    return Error{ErrorCode::unauthorized, "this account does not exist any more"};
  }
  BASE_TRY_ASSIGN(const auto profile, services.profiles.find(user));
  BASE_TRY_ASSIGN(const auto factor, services.second_factors.state_of(user));
  json answer = {
      {"tfa", nullptr},
      {"name", record->name},
      {"email", record->email},
      {"email_verified", false},
      {"created", base::format_time(record->created)},
      {"updated",
       base::format_time(profile.updated == 0
                             ? record->created
                             : base::WallTime(std::chrono::milliseconds(profile.updated)))},
      {"cidr_whitelist", nullptr}};
  const auto fields = json::parse(profile.fields, nullptr, /*allow_exceptions=*/false);
  for (const char* field : k_fields) {
    answer[field] = fields.is_object() ? fields.value(field, "") : "";
  }
  if (!factor.mode.empty() || factor.pending) {
    answer["tfa"] = {{"pending", factor.mode.empty()}, {"mode", factor.mode}};
  }
  return answer;
}

base::Result<Response> shown(const Services& services, const std::string& user) {
  BASE_TRY_ASSIGN(const auto profile, profile_of(services, user));
  return value_answer(200, profile);
}

base::Status check_password(const Services& services,
                            const Call& call,
                            const std::string& password) {
  return services.accounts.check_password(call.identity->user, base::Secret(password), call.client);
}

// {"password","mode"} begins or ends it, ["123456"] confirms what was begun.
base::Result<Response> set_second_factor(const Services& services,
                                         const Call& call,
                                         const json& wanted) {
  const auto& user = call.identity->user;
  if (wanted.is_array()) {
    const auto code = !wanted.empty() && wanted[0].is_string() ? wanted[0].get<std::string>() : "";
    BASE_TRY_ASSIGN(const auto recovery, services.second_factors.confirm(user, code));
    services.authority.forget();
    return value_answer(200, json{{"tfa", recovery}});
  }
  if (!wanted.is_object()) {
    return Error{ErrorCode::invalid_input, "`tfa` is an object with `password` and `mode`"};
  }
  BASE_TRY(check_password(services, call, text_or_empty(wanted, "password")));
  const auto mode = text_or_empty(wanted, "mode");
  if (mode == "disable") {
    BASE_TRY(services.second_factors.disable(user));
    services.authority.forget();
    return value_answer(200, json{{"tfa", nullptr}});
  }
  BASE_TRY_ASSIGN(const auto address, services.second_factors.begin(user, mode));
  return value_answer(200, json{{"tfa", address}});
}

base::Result<Response> change(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  const auto& user = call.identity->user;
  if (const auto wanted = body.find("tfa"); wanted != body.end() && !wanted->is_null()) {
    auto answer = set_second_factor(services, call, *wanted);
    if (answer) {
      answer->headers.add("cache-control", "no-store");
    }
    return answer;
  }
  if (const auto password = body.find("password");
      password != body.end() && password->is_object()) {
    BASE_TRY(check_password(services, call, text_or_empty(*password, "old")));
    BASE_TRY(services.accounts.change_password(
        user, base::Secret(text_or_empty(*password, "new")), services.profiles));
  }
  BASE_TRY_ASSIGN(auto current, profile_of(services, user));
  json fields = json::object();
  for (const char* field : k_fields) {
    const auto given = body.find(field);
    fields[field] = given != body.end() && given->is_string()
                        ? core::storable_text(given->get<std::string>().substr(0, k_max_field))
                        : current[field].get<std::string>();
  }
  const auto email = text_or_empty(body, "email");
  BASE_TRY(services.profiles.set_fields(user,
                                        email.empty()
                                            ? current["email"].get<std::string>()
                                            : core::storable_text(email.substr(0, k_max_field)),
                                        fields.dump(-1, ' ', false, json::error_handler_t::replace),
                                        services.clock.wall_time().time_since_epoch().count()));
  return shown(services, user);
}

}  // namespace

void add_profile_routes(RouteTables& tables, const Services& services) {
  tables.own.add(
      "GET", "/-/npm/v1/user", Permission::user, Action{.answer = [&services](Call& call) {
        return shown(services, call.identity->user);
      }});
  tables.own.add("POST",
                 "/-/npm/v1/user",
                 Permission::account,
                 Action{.answer = [&services](Call& call) { return change(services, call); },
                        .max_body = k_max_json_body,
                        .hashes = true});
}

}  // namespace registry::api
