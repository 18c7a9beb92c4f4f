// The keys that versions are signed with, and a new one.

#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"

namespace registry::api {
namespace {

using access::Permission;
using base::http::Response;
using nlohmann::json;

base::Result<Response> list_keys(const Services& services) {
  BASE_TRY_ASSIGN(const auto keys, services.signing_keys.all());
  json list = json::array();
  for (const auto& key : keys) {
    list.push_back({{"expires",
                     key.expires ? json(base::format_time(
                                       base::WallTime(std::chrono::milliseconds(*key.expires))))
                                 : json(nullptr)},
                    {"keyid", key.id},
                    {"keytype", "ecdsa-sha2-nistp256"},
                    {"scheme", "ecdsa-sha2-nistp256"},
                    {"key", key.public_key}});
  }
  return value_answer(200, json{{"keys", std::move(list)}});
}

}  // namespace

void add_key_routes(RouteTables& tables, const Services& services) {
  tables.own.add("GET",
                 "/-/npm/v1/keys",
                 Permission::read,
                 Action{.answer = [&services](Call& /*call*/) { return list_keys(services); }});
  tables.own.add("POST",
                 "/-/registry/keys",
                 Permission::administer_registry,
                 Action{.answer = [&services](Call& /*call*/) -> base::Result<Response> {
                   BASE_TRY(services.signer.rotate());
                   return list_keys(services);
                 }});
}

}  // namespace registry::api
