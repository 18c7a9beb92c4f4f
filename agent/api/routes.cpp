#include "agent/api/routes.hpp"

#include <iterator>

namespace agent::api {

std::vector<Route> make_routes(const Services& services) {
  std::vector<Route> routes;
  for (auto* const part : {session_routes,
                           status_routes,
                           component_routes,
                           exec_routes,
                           operation_routes,
                           event_routes,
                           image_routes,
                           settings_routes}) {
    auto more = part(services);
    routes.insert(
        routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return routes;
}

}  // namespace agent::api
