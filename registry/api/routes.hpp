#pragma once
// One function a topic, each of which adds its routes to the table. `services` outlives the table.

#include "registry/api/application.hpp"

namespace registry::api {

void add_document_routes(RouteTables& tables, const Services& services);
void add_tarball_routes(RouteTables& tables, const Services& services);
void add_publish_routes(RouteTables& tables, const Services& services);
void add_change_routes(RouteTables& tables, const Services& services);
void add_tag_routes(RouteTables& tables, const Services& services);
void add_user_routes(RouteTables& tables, const Services& services);
void add_profile_routes(RouteTables& tables, const Services& services);
void add_token_routes(RouteTables& tables, const Services& services);
void add_organization_routes(RouteTables& tables, const Services& services);
void add_team_routes(RouteTables& tables, const Services& services);
void add_access_routes(RouteTables& tables, const Services& services);
void add_web_login_routes(RouteTables& tables, const Services& services);
void add_advisory_routes(RouteTables& tables, const Services& services);
void add_audit_routes(RouteTables& tables, const Services& services);
void add_feed_routes(RouteTables& tables, const Services& services);
void add_key_routes(RouteTables& tables, const Services& services);
void add_search_routes(RouteTables& tables, const Services& services);
void add_health_routes(RouteTables& tables, const Services& services);

}  // namespace registry::api
