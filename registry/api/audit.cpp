// The audit log for the administrator.

#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"

#include <algorithm>

namespace registry::api {
namespace {

using base::http::Response;
using nlohmann::json;

constexpr std::int64_t k_default_limit = 100;
constexpr std::int64_t k_max_limit = 1000;

base::Result<Response> read_log(const Services& services, const Call& call) {
  const auto& url = call.request().url;
  BASE_TRY_ASSIGN(const auto entries,
                  services.audit_log.read(
                      {.after = query_number(call, "after", 0),
                       .limit = std::min(query_number(call, "limit", k_default_limit), k_max_limit),
                       .package = std::string(url.parameter("package").value_or("")),
                       .user = std::string(url.parameter("user").value_or(""))}));
  json list = json::array();
  for (const auto& entry : entries) {
    list.push_back(
        {{"position", entry.position},
         {"time", base::format_time(base::WallTime(std::chrono::milliseconds(entry.time)))},
         {"user", entry.user},
         {"token", entry.token},
         {"client", entry.client},
         {"action", entry.action},
         {"package", entry.package},
         {"organization", entry.organization},
         {"status", entry.status}});
  }
  return value_answer(200, json{{"entries", std::move(list)}});
}

}  // namespace

void add_audit_routes(RouteTables& tables, const Services& services) {
  tables.own.add("GET",
                 "/-/registry/audit",
                 access::Permission::administer_registry,
                 Action{.answer = [&services](Call& call) { return read_log(services, call); }});
}

}  // namespace registry::api
