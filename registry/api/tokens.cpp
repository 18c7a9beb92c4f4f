// `npm token`.

#include "registry/access/token_limits.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"
#include "registry/api/token_request.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::api {
namespace {

using access::Permission;
using base::http::Response;
using nlohmann::json;

constexpr std::int64_t k_default_page = 50;

json time_or_null(const std::optional<base::WallTime>& time) {
  return time ? json(base::format_time(*time)) : json(nullptr);
}

json scopes_of(const access::TokenLimits& limits) {
  json scopes = json::array();
  const auto add = [&](const char* type, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      scopes.push_back({{"type", type}, {"name", name}});
    }
  };
  add("package", limits.packages);
  add("scope", limits.scopes);
  add("org", limits.organizations);
  return scopes;
}

json listed(const store::TokenRecord& token) {
  const auto known = access::limits_of(token);
  const auto limits = known == nullptr ? access::TokenLimits{} : *known;
  json permissions = json::array();
  if (limits.granular) {
    permissions.push_back({{"name", "package"}, {"action", access::word_of(limits.on_packages)}});
    permissions.push_back({{"name", "org"}, {"action", access::word_of(limits.on_organizations)}});
  }
  const json networks = limits.networks.empty() ? json(nullptr) : json(limits.networks);
  return {{"key", token.key},
          {"token", token.hint},
          {"name", token.label},
          {"description", token.description},
          {"readonly", token.read_only},
          {"cidr_whitelist", networks},
          {"cidr", networks},
          {"created", base::format_time(token.created)},
          {"updated", base::format_time(token.created)},
          {"accessed", nullptr},
          {"expiry", time_or_null(token.expires)},
          {"revoked", nullptr},
          {"bypass_2fa", limits.bypasses_second_factor},
          {"packages_all", limits.all_packages},
          {"permissions", std::move(permissions)},
          {"scopes", scopes_of(limits)}};
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

base::Result<Response> create_token(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto body, object_in(call.body));
  BASE_TRY(services.accounts.check_password(
      call.identity->user, base::Secret(text_or_empty(body, "password")), call.client));
  BASE_TRY_ASSIGN(const auto request, read_token_request(body, services.clock.wall_time()));
  BASE_TRY_ASSIGN(const auto issued, services.accounts.create_token(call.identity->user, request));
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
