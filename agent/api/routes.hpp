#pragma once
// The table of everything that can be asked of the agent. openapi.yaml describes the same routes; a
// test compares the two.

#include "agent/api/route.hpp"
#include "agent/api/services.hpp"

#include <string>
#include <vector>

namespace agent::api {

std::vector<Route> make_routes(const Services& services);

// The table's parts, by topic.
std::vector<Route> session_routes(const Services& services);
std::vector<Route> status_routes(const Services& services);
std::vector<Route> component_routes(const Services& services);
std::vector<Route> exec_routes(const Services& services);
std::vector<Route> operation_routes(const Services& services);
std::vector<Route> event_routes(const Services& services);
std::vector<Route> settings_routes(const Services& services);
std::vector<Route> image_routes(const Services& services);

// For the routes of one component. Errors: not_found, conflict with reason "no_container".
base::Result<engine::ComponentView> component_with_container(engine::Lifecycle& lifecycle,
                                                             const std::string& name);

}  // namespace agent::api
