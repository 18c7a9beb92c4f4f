// For operators and container engines.

#include "registry/api/answers.hpp"
#include "registry/api/routes.hpp"

namespace registry::api {

using base::http::Response;

void add_health_routes(RouteTables& tables, const Services& services) {
  const auto fixed = [](std::string body) {
    return Action{.quick = [body = std::move(body)](const Call& /*call*/) {
      return std::optional(json_answer(200, body));
    }};
  };
  tables.own.add("GET", "/-/ping", access::Permission::open, fixed("{}"));
  // The process answers. Whether it can reach its database is readiness: restarting a registry
  // because its database is away would help nobody.
  tables.own.add("GET", "/-/health", access::Permission::open, fixed(R"({"status":"ok"})"));
  tables.own.add("GET",
                 "/-/ready",
                 access::Permission::open,
                 Action{.answer = [&services](Call& /*call*/) -> base::Result<Response> {
                   if (const auto reached = services.metadata.check(); !reached) {
                     auto answer = json_answer(503, R"({"status":"the database does not answer"})");
                     answer.headers.add("retry-after", "5");
                     return answer;
                   }
                   return json_answer(200, R"({"status":"ok"})");
                 }});
}

}  // namespace registry::api
