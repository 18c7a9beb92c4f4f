#include "agent/api/bodies.hpp"
#include "agent/api/routes.hpp"

#include <nlohmann/json.hpp>

namespace agent::api {
namespace {

using access::Permission;

}  // namespace

std::vector<Route> status_routes(const Services& services) {
  auto& lifecycle = services.lifecycle;
  auto& status = services.status;
  return {
      {"GET",
       "/api/v1/version",
       Permission::open,
       [&status](const Incoming&) {
         return json_answer({{"agent", status.facts().version}, {"api", "v1"}});
       }},
      {"GET",
       "/api/v1/status",
       Permission::view,
       [&lifecycle, &status](const Incoming&) {
         return json_answer(status.make(lifecycle.status(), lifecycle.components()));
       }},
  };
}

}  // namespace agent::api
