// For operators and container engines.

#include "registry/api/answers.hpp"
#include "registry/api/routes.hpp"

namespace registry::api {

using base::http::Response;

namespace {

// Less than this is not worth beginning a publish with.
constexpr std::uint64_t k_low_space = std::uint64_t{64} << 20U;

constexpr const char* k_ok = R"({"status":"ok"})";
constexpr const char* k_degraded =
    R"({"status":"degraded","reason":"disk_full","message":"The registry's disk is full: packages )"
    R"(can be read and not published. Free space on it, or enlarge it."})";

}  // namespace

void add_health_routes(RouteTables& tables, const Services& services) {
  const auto fixed = [](std::string body) {
    return Action{.quick = [body = std::move(body)](const Call& /*call*/) {
      return std::optional(json_answer(200, body));
    }};
  };
  tables.own.add("GET", "/-/ping", access::Permission::open, fixed("{}"));
  // The process answers. Whether it can reach its database is readiness, and whether it has room on
  // its disk is said in the body: a restart, which is what follows from another status, would help
  // with neither.
  tables.own.add("GET",
                 "/-/health",
                 access::Permission::open,
                 Action{.quick = [&services](const Call& /*call*/) {
                   const auto space = services.blobs.free_space();
                   const bool full = !space || space->free_bytes < k_low_space;
                   return std::optional(json_answer(200, full ? k_degraded : k_ok));
                 }});
  tables.own.add("GET",
                 "/-/ready",
                 access::Permission::open,
                 Action{.answer = [&services](Call& /*call*/) -> base::Result<Response> {
                   if (const auto reached = services.metadata.check(); !reached) {
                     auto answer = json_answer(503, R"({"status":"the database does not answer"})");
                     answer.headers.add("retry-after", "5");
                     return answer;
                   }
                   return json_answer(200, k_ok);
                 }});
}

}  // namespace registry::api
