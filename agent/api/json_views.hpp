#pragma once
// What the agent tells, as JSON of openapi.yaml: absent values are null, never left out.

#include "agent/access/access_store.hpp"
#include "agent/base/core/error.hpp"
#include "agent/base/data/json.hpp"
#include "agent/docker/containers.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/views.hpp"
#include "agent/journal/records.hpp"
#include "agent/support/host.hpp"

#include <string>
#include <vector>

namespace agent::api {

using base::data::Json;

Json to_json(const base::Error& error);
Json to_json(const access::Session& session);
Json to_json(const engine::ComponentView& component);
Json to_json(const engine::EngineView& engine);
Json to_json(const engine::Plan& plan);
Json to_json(const engine::ImageView& image);
Json to_json(const support::Host& host, const std::vector<support::Check>& checks);
Json to_json(const docker::LogLine& line);

// `view` may hold steps and progress; `log` may be empty.
Json to_json(const engine::OperationView& view, const std::vector<journal::LogLine>& log);
// Without steps, as in lists and events.
Json to_json(const journal::OperationRecord& record);
// `progress` may be null.
Json to_json(journal::OperationId operation,
             const journal::StepRecord& step,
             const engine::Progress* progress);
Json to_json(journal::OperationId operation, const engine::Progress& progress);
Json to_json(journal::OperationId operation, const journal::LogLine& line);

// "0.0.0.0:8080->80/tcp"; IPv6 addresses in brackets.
std::string text_of(const engine::PublishedPort& port);
// "0.0.0.0:8080"; all addresses when the engine names none.
std::string address_of(const engine::PublishedPort& port);

Json list_of(const std::vector<engine::ComponentView>& components);

}  // namespace agent::api
