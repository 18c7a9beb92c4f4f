#include "agent/api/bodies.hpp"
#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"
#include "agent/base/log/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace agent::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::LocalResponse;
using base::http::ResponseWriter;

constexpr std::uint64_t k_most_lines = 100'000;

base::Result<docker::LogQuery> log_query(const base::http::Url& url) {
  docker::LogQuery query;
  if (const auto follow = url.parameter("follow")) {
    // `?follow` alone means yes, as on a command line.
    query.follow = follow->empty() || follow == "true";
    if (!query.follow && follow != "false") {
      return Error{ErrorCode::invalid_input, "follow: expected true or false"};
    }
  }
  if (const auto tail = url.parameter("tail")) {
    std::uint64_t count = 0;
    const auto [end, failure] = std::from_chars(tail->data(), tail->data() + tail->size(), count);
    if (failure != std::errc{} || end != tail->data() + tail->size() || count > k_most_lines) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("tail: expected a number from 0 to {}", k_most_lines)};
    }
    query.tail = count;
  }
  if (const auto since = url.parameter("since")) {
    BASE_TRY_ASSIGN(query.since, base::parse_time(*since));
  }
  return query;
}

base::Result<LocalResponse> read_logs(const Services& services, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto query, log_query(incoming.request.url));
  BASE_TRY_ASSIGN(const auto component,
                  component_with_container(services.lifecycle, incoming.parameters.at("name")));
  auto& containers = services.containers;
  return LocalResponse{
      .headers = {{"Content-Type", "application/x-ndjson"}},
      .stream = [&containers, query, id = component.container_id](ResponseWriter& writer) {
        const auto status =
            containers.read_logs(id,
                                 query,
                                 [&](const docker::LogLine& line) {
                                   return writer.write(base::data::canonical(to_json(line)) + "\n");
                                 },
                                 {.stop = writer.stop()});
        if (!status && status.error().code != ErrorCode::cancelled) {
          base::log::warn("a log could not be read", status.error(), {{"container", id}});
        }
        return status.has_value();
      }};
}

}  // namespace

base::Result<engine::ComponentView> component_with_container(engine::Lifecycle& lifecycle,
                                                             const std::string& name) {
  BASE_TRY_ASSIGN(auto component, lifecycle.component(name));
  if (component.container_id.empty()) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} has no container", component.name),
                 "Apply the manifest again.",
                 "no_container"};
  }
  return component;
}

std::vector<Route> component_routes(const Services& services) {
  auto& lifecycle = services.lifecycle;
  return {
      {"GET",
       "/api/v1/components",
       Permission::view,
       [&lifecycle](const Incoming&) {
         return json_answer({{"components", list_of(lifecycle.components())}});
       }},
      {"GET",
       "/api/v1/components/{name}/logs",
       Permission::view,
       [services](const Incoming& incoming) { return read_logs(services, incoming); }},
  };
}

}  // namespace agent::api
