// `npm search`.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"

#include <algorithm>

namespace registry::api {
namespace {

using base::http::Response;
using nlohmann::json;

constexpr std::int64_t k_default_size = 20;
constexpr std::int64_t k_max_size = 250;

json result_of(const std::string& summary, double score) {
  auto package = json::parse(summary, nullptr, /*allow_exceptions=*/false);
  if (!package.is_object()) {
    package = json::object();
  }
  const auto updated = package.value("date", "");
  return {{"downloads", {{"monthly", 0}, {"weekly", 0}}},
          {"dependents", 0},
          {"updated", updated},
          {"searchScore", score},
          {"package", std::move(package)},
          {"score",
           {{"final", score},
            {"detail", {{"quality", score}, {"popularity", score}, {"maintenance", score}}}}},
          {"flags", {{"insecure", 0}}}};
}

base::Result<Response> search_answer(const Services& services, const Call& call) {
  const auto& url = call.request().url;
  const auto text = url.parameter("text");
  if (!text) {
    return json_answer(400,
                       R"({"error":"'text' query parameter is required",)"
                       R"("message":"'text' query parameter is required",)"
                       R"("code":"ERR_TEXT_MISSING"})");
  }
  const store::SearchQuery query{
      .text = std::string(text->substr(0, 256)),
      .offset = query_number(call, "from", 0),
      .limit = std::min(query_number(call, "size", k_default_size), k_max_size),
      .reader = access::reader_of(call.identity, *call.memberships)};
  BASE_TRY_ASSIGN(const auto page, services.metadata.search(query));
  json objects = json::array();
  for (const auto& summary : page.summaries) {
    // The store returns the best first; clients sort by the score they are given.
    const auto rank = static_cast<double>(query.offset) + static_cast<double>(objects.size());
    objects.push_back(result_of(summary, 1.0 / (1.0 + rank)));
  }
  const json answer = {{"objects", std::move(objects)},
                       {"total", page.total},
                       {"time", base::format_time(services.clock.wall_time())}};
  return value_answer(200, answer);
}

}  // namespace

void add_search_routes(RouteTables& tables, const Services& services) {
  tables.own.add(
      "GET", "/-/v1/search", access::Permission::read, Action{.answer = [&services](Call& call) {
        return search_answer(services, call);
      }});
}

}  // namespace registry::api
