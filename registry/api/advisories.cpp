// `npm audit`, from a store of advisories that is empty: every package is without a known fault.
// Clients of all ages take the 404 of a missing route for a failure, and end with an error.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"

namespace registry::api {
namespace {

using access::Permission;
using base::http::Response;
using nlohmann::json;

// A lockfile's tree of a large application, which clients send compressed.
constexpr std::size_t k_max_tree = std::size_t{16} << 20U;

json report() {
  return {{"actions", json::array()},
          {"advisories", json::object()},
          {"muted", json::array()},
          {"metadata",
           {{"vulnerabilities",
             {{"info", 0}, {"low", 0}, {"moderate", 0}, {"high", 0}, {"critical", 0}}},
            {"dependencies", 0},
            {"devDependencies", 0},
            {"optionalDependencies", 0},
            {"totalDependencies", 0}}}};
}

}  // namespace

void add_advisory_routes(RouteTables& tables, const Services& /*services*/) {
  const auto fixed = [](const json& value) {
    return Action{.answer = [value](Call& /*call*/) -> base::Result<Response> {
                    return value_answer(200, value);
                  },
                  .max_body = k_max_tree};
  };
  auto& own = tables.own;
  own.add("POST", "/-/npm/v1/security/advisories/bulk", Permission::read, fixed(json::object()));
  own.add("POST", "/-/npm/v1/security/audits/quick", Permission::read, fixed(report()));
  own.add("POST", "/-/npm/v1/security/audits", Permission::read, fixed(report()));
}

}  // namespace registry::api
