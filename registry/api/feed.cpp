// What followers and people ask about all packages: the feed of changes, and stars.

#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

constexpr std::int64_t k_default_changes = 1000;
constexpr std::int64_t k_max_changes = 10'000;

// Followers poll by number. What would hold a connection open, or send every document, is refused
// and not ignored: a follower would wait for what never comes.
base::Status check_feed_options(const Call& call) {
  const auto& url = call.request().url;
  const auto feed = url.parameter("feed").value_or("normal");
  const auto documents = url.parameter("include_docs").value_or("false");
  if (feed != "normal" || documents != "false" || url.parameter("since") == "now") {
    return Error{ErrorCode::invalid_input,
                 "only `since` with a number and `limit` are understood here"};
  }
  return base::ok();
}

base::Result<Response> changes(const Services& services, const Call& call) {
  BASE_TRY(check_feed_options(call));
  const auto since = query_number(call, "since", 0);
  const auto limit = std::min(query_number(call, "limit", k_default_changes), k_max_changes);
  BASE_TRY_ASSIGN(const auto memberships, services.authority.memberships(call.identity));
  BASE_TRY_ASSIGN(
      const auto entries,
      services.feed.changes(access::reader_of(call.identity, *memberships), since, limit));
  json results = json::array();
  for (const auto& entry : entries) {
    json result = {
        {"seq", entry.sequence},
        {"id", entry.name},
        {"changes",
         json::array({{{"rev", fmt::format("{}-{:016x}", entry.revision, entry.sequence)}}})}};
    if (entry.unpublished) {
      result["deleted"] = true;
    }
    results.push_back(std::move(result));
  }
  const auto last = entries.empty() ? since : entries.back().sequence;
  auto answer = value_answer(200, json{{"results", std::move(results)}, {"last_seq", last}});
  answer.headers.add("cache-control", "no-cache");
  return answer;
}

// `key` is a user's name as a JSON string.
base::Result<Response> starred(const Services& services, const Call& call) {
  const std::string key(call.request().url.parameter("key").value_or(""));
  const auto user = json::parse(key, nullptr, /*allow_exceptions=*/false);
  if (!user.is_string()) {
    return Error{ErrorCode::invalid_input, "`key` is a user's name in quotes"};
  }
  BASE_TRY_ASSIGN(const auto memberships, services.authority.memberships(call.identity));
  BASE_TRY_ASSIGN(const auto names,
                  services.feed.starred_by(access::reader_of(call.identity, *memberships),
                                           user.get<std::string>()));
  json rows = json::array();
  for (const auto& name : names) {
    rows.push_back({{"key", user}, {"value", name}});
  }
  return value_answer(200, json{{"rows", std::move(rows)}});
}

}  // namespace

void add_feed_routes(RouteTables& tables, const Services& services) {
  tables.packages.add(
      "GET", "/_changes", Permission::read, Action{.answer = [&services](Call& call) {
        return changes(services, call);
      }});
  tables.own.add("GET",
                 "/-/_view/starredByUser",
                 Permission::read,
                 Action{.answer = [&services](Call& call) { return starred(services, call); }});
}

}  // namespace registry::api
