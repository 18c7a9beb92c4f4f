// `npm token`.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

constexpr std::int64_t k_default_page = 50;

json time_or_null(const std::optional<base::WallTime>& time) {
  return time ? json(base::format_time(*time)) : json(nullptr);
}

json listed(const store::TokenRecord& token) {
  return {{"key", token.key},
          {"token", token.hint},
          {"name", token.label},
          {"description", token.label},
          {"readonly", token.read_only},
          {"cidr_whitelist", nullptr},
          {"created", base::format_time(token.created)},
          {"updated", base::format_time(token.created)},
          {"expiry", time_or_null(token.expires)},
          {"revoked", nullptr},
          {"bypass_2fa", false},
          {"permissions", json::array()},
          {"scopes", json::array()}};
}

base::Result<Response> list_tokens(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto tokens, services.metadata.tokens_of(call.identity->user));
  const auto total = static_cast<std::int64_t>(tokens.size());
  const std::int64_t size =
      std::clamp<std::int64_t>(query_number(call, "perPage", k_default_page), 1, 1000);
  const std::int64_t page = std::clamp<std::int64_t>(query_number(call, "page", 0), 0, total);
  json objects = json::array();
  for (std::int64_t i = page * size; i < std::min(total, (page + 1) * size); ++i) {
    objects.push_back(listed(tokens[static_cast<std::size_t>(i)]));
  }
  json urls = json::object();
  if ((page + 1) * size < total) {
    urls["next"] = fmt::format("/-/npm/v1/tokens?page={}&perPage={}", page + 1, size);
  }
  const json answer = {{"objects", std::move(objects)}, {"total", total}, {"urls", urls}};
  return value_answer(200, answer);
}

bool is_set(const json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && !found->is_null() && !(found->is_array() && found->empty()) &&
         *found != json(false) && *found != json("");
}

// A number of days, as a number or its text, or a moment.
base::Result<std::optional<base::WallTime>> expiry_in(const json& body, base::WallTime now) {
  const auto found = body.find("expires");
  if (found == body.end() || found->is_null() || *found == json("")) {
    return std::optional<base::WallTime>();
  }
  const Error wrong{ErrorCode::invalid_input,
                    "`expires` is a number of days, 1 to 3650, or a time"};
  std::int64_t days = 0;
  if (found->is_number_integer()) {
    days = found->get<std::int64_t>();
  } else if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    const auto* const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, days);
        read.ec != std::errc() || read.ptr != end) {
      const auto time = base::parse_time(text);
      if (!time || *time <= now) {
        return wrong;
      }
      return std::optional(*time);
    }
  }
  if (days < 1 || days > 3650) {
    return wrong;
  }
  return std::optional(now + std::chrono::hours(24 * days));
}

base::Result<Response> create_token(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  // A limit that would not be enforced is refused, never dropped in silence.
  for (const char* limit : {"cidr", "cidr_whitelist", "packages", "scopes", "orgs"}) {
    if (is_set(body, limit)) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("this registry has no tokens limited by `{}`", limit)};
    }
  }
  const auto password = body.find("password");
  BASE_TRY(services.accounts.check_password(
      call.identity->user,
      base::Secret(password != body.end() && password->is_string() ? password->get<std::string>()
                                                                   : std::string()),
      call.client));
  const auto text = [&](const char* key) {
    const auto found = body.find(key);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  BASE_TRY_ASSIGN(const auto expires, expiry_in(body, services.clock.wall_time()));
  BASE_TRY_ASSIGN(
      const auto issued,
      services.accounts.create_token(
          call.identity->user,
          {.label =
               (text("name").empty() ? text("token_description") : text("name")).substr(0, 200),
           .read_only =
               is_set(body, "readonly") || text("packages_and_scopes_permission") == "read-only",
           .expires = expires}));
  json answer = listed(issued.record);
  answer["token"] = issued.token;
  auto response = value_answer(201, answer);
  response.headers.add("cache-control", "no-store");
  return response;
}

}  // namespace

void add_token_routes(RouteTables& tables, const Services& services) {
  tables.own.add("GET",
                 "/-/npm/v1/tokens",
                 Permission::user,
                 Action{.answer = [&services](Call& call) { return list_tokens(services, call); }});
  tables.own.add("POST",
                 "/-/npm/v1/tokens",
                 Permission::account,
                 Action{.answer = [&services](Call& call) { return create_token(services, call); },
                        .max_body = k_max_json_body,
                        .hashes = true});
  tables.own.add(
      "DELETE",
      "/-/npm/v1/tokens/token/{key}",
      Permission::account,
      Action{.answer = [&services](Call& call) -> base::Result<Response> {
        BASE_TRY(services.accounts.revoke_token(call.identity->user, call.parameters.at("key")));
        return Response{.status = 204};
      }});
}

}  // namespace registry::api
