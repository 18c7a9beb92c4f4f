#include "agent/api/bodies.hpp"
#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"
#include "agent/base/data/json_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace agent::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::data::Json;
using base::data::JsonReader;
using base::http::LocalResponse;

constexpr std::size_t k_plan_body = std::size_t{8} << 20U;
constexpr int k_listed = 100;

base::Result<engine::PlanRequest> plan_request(const Json& json) {
  JsonReader reader(json, "$");
  reader.allow_only({"action", "manifest", "settings", "purge"});
  engine::PlanRequest request;
  const auto action = reader.string("action");
  if (action == "down") {
    request.action = engine::Action::down;
  } else if (action != "apply") {
    reader.fail("action", "apply or down");
  }
  request.manifest = reader.optional_string("manifest");
  request.purge = reader.optional_boolean("purge").value_or(false);
  if (request.purge && request.action == engine::Action::apply) {
    reader.fail("purge", "false, as the action is not down");
  }
  reader.object("settings", [](JsonReader&) {});
  BASE_TRY(reader.finish());
  if (const auto settings = json.find("settings");
      settings != json.end() && settings->is_object()) {
    for (const auto& [name, value] : settings->items()) {
      if (!value.is_string()) {
        return Error{ErrorCode::invalid_input,
                     fmt::format("$.settings.{:.100}: expected a string", name)};
      }
      request.settings.emplace(name, value.get<std::string>());
    }
  }
  return request;
}

base::Result<LocalResponse> make_plan(engine::Lifecycle& lifecycle, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto json, read_json(incoming.body, k_plan_body));
  BASE_TRY_ASSIGN(auto request, plan_request(json));
  // A manifest can ask for anything that the engine can do: it is as good as root.
  if (request.manifest && incoming.caller.kind != CallerKind::local) {
    return Error{ErrorCode::forbidden,
                 "a manifest is taken only from root on the host itself",
                 "Use `slipway apply` there.",
                 "local_only"};
  }
  request.author = incoming.caller.name();
  BASE_TRY_ASSIGN(const auto plan, lifecycle.plan(request));
  return json_answer(to_json(plan), 201);
}

base::Result<journal::OperationId> operation_id(const std::string& text) {
  journal::OperationId id;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (failure != std::errc{} || end != text.data() + text.size() || id.value < 1) {
    return Error{ErrorCode::not_found, fmt::format("no such operation: {:.40}", text)};
  }
  return id;
}

base::Result<LocalResponse> show(engine::Lifecycle& lifecycle,
                                 journal::OperationId id,
                                 int status) {
  BASE_TRY_ASSIGN(const auto view, lifecycle.operation(id));
  BASE_TRY_ASSIGN(const auto log, lifecycle.operation_log(id));
  return json_answer(to_json(view, log), status);
}

base::Result<LocalResponse> start(engine::Lifecycle& lifecycle, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto json, read_json(incoming.body, k_small_body));
  JsonReader reader(json, "$");
  reader.allow_only({"plan"});
  const engine::PlanId plan{reader.string("plan")};
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(const auto id, lifecycle.execute(plan, incoming.caller.name()));
  return show(lifecycle, id, 202);
}

base::Result<LocalResponse> list(engine::Lifecycle& lifecycle) {
  BASE_TRY_ASSIGN(const auto records, lifecycle.operations(k_listed));
  Json rows = Json::array();
  for (const auto& record : records) {
    rows.push_back(to_json(record));
  }
  return json_answer({{"operations", std::move(rows)}});
}

base::Result<LocalResponse> show_plan(engine::Lifecycle& lifecycle, const std::string& id) {
  BASE_TRY_ASSIGN(const auto plan, lifecycle.plan_of({id}));
  return json_answer(to_json(plan));
}

base::Result<LocalResponse> show_one(engine::Lifecycle& lifecycle, const std::string& text) {
  BASE_TRY_ASSIGN(const auto id, operation_id(text));
  return show(lifecycle, id, 200);
}

base::Result<LocalResponse> cancel(engine::Lifecycle& lifecycle, const std::string& text) {
  BASE_TRY_ASSIGN(const auto id, operation_id(text));
  BASE_TRY(lifecycle.cancel(id));
  return show(lifecycle, id, 202);
}

}  // namespace

std::vector<Route> operation_routes(const Services& services) {
  auto& lifecycle = services.lifecycle;
  return {
      {"POST",
       "/api/v1/plans",
       Permission::operate,
       [&lifecycle](const Incoming& incoming) { return make_plan(lifecycle, incoming); }},
      {"GET",
       "/api/v1/plans/{id}",
       Permission::view,
       [&lifecycle](const Incoming& incoming) {
         return show_plan(lifecycle, incoming.parameters.at("id"));
       }},
      {"POST",
       "/api/v1/operations",
       Permission::operate,
       [&lifecycle](const Incoming& incoming) { return start(lifecycle, incoming); }},
      {"GET",
       "/api/v1/operations",
       Permission::view,
       [&lifecycle](const Incoming&) { return list(lifecycle); }},
      {"GET",
       "/api/v1/operations/{id}",
       Permission::view,
       [&lifecycle](const Incoming& incoming) {
         return show_one(lifecycle, incoming.parameters.at("id"));
       }},
      {"POST",
       "/api/v1/operations/{id}/cancel",
       Permission::operate,
       [&lifecycle](const Incoming& incoming) {
         return cancel(lifecycle, incoming.parameters.at("id"));
       }},
  };
}

}  // namespace agent::api
