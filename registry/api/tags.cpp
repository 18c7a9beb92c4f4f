// Tags: `npm dist-tag`.

#include "registry/api/answers.hpp"
#include "registry/api/package_change.hpp"
#include "registry/api/routes.hpp"
#include "registry/core/document.hpp"
#include "registry/core/json_slices.hpp"
#include "registry/core/semver.hpp"

#include <fmt/format.h>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Response;

constexpr std::size_t k_max_body = 4096;

// The body is a JSON string with the version.
base::Result<std::string> version_in(const std::string& body) {
  if (core::validate_json(body)) {
    const auto text =
        core::string_of(body.substr(body.find('"') == std::string::npos ? 0 : body.find('"')));
    const auto version = core::parse_version(text.value_or(""));
    if (version) {
      return version->text();
    }
  }
  return Error{ErrorCode::invalid_input, "expected a version as a JSON string, such as \"1.0.0\""};
}

base::Result<Response> set_tag(const Services& services, Call& call) {
  BASE_TRY_ASSIGN(const std::string version, version_in(call.body));
  const auto tag = call.parameters.at("tag");
  BASE_TRY(change_package(services, call, [&](const core::Package& before) {
    return core::with_tag(before, tag, version, services.clock.wall_time());
  }));
  return json_answer(201, R"({"ok":true})");
}

}  // namespace

void add_tag_routes(RouteTables& tables, const Services& services) {
  tables.own.add("GET",
                 "/-/package/{package}/dist-tags",
                 access::Permission::read_package,
                 Action{.answer = [](Call& call) -> base::Result<Response> {
                   if (call.package->package->is_unpublished()) {
                     return Error{ErrorCode::not_found, "the package was unpublished"};
                   }
                   auto answer = json_answer(200, core::tags_document(*call.package->package));
                   answer.headers.add("cache-control", "no-cache");
                   return answer;
                 }});
  for (const auto* method : {"PUT", "POST"}) {
    tables.own.add(method,
                   "/-/package/{package}/dist-tags/{tag}",
                   access::Permission::write_package,
                   Action{.answer = [&services](Call& call) { return set_tag(services, call); },
                          .max_body = k_max_body});
  }
  tables.own.add("DELETE",
                 "/-/package/{package}/dist-tags/{tag}",
                 access::Permission::write_package,
                 Action{.answer = [&services](Call& call) -> base::Result<Response> {
                   const auto tag = call.parameters.at("tag");
                   BASE_TRY(change_package(services, call, [&](const core::Package& before) {
                     return core::without_tag(before, tag, services.clock.wall_time());
                   }));
                   return json_answer(200, R"({"ok":true})");
                 }});
}

}  // namespace registry::api
