#include "registry/api/stars.hpp"

#include "registry/api/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::api {

using access::Permission;

bool may_star(const Services& services, const Call& call, const access::Target& package) {
  if (!call.identity || package.package == nullptr || package.package->is_unpublished()) {
    return false;
  }
  const auto& policy = services.authority.policy();
  return access::check_identity(Permission::account, policy, call.identity).has_value() &&
         access::check_target(
             Permission::read_package, policy, call.identity, *call.memberships, package)
             .has_value();
}

bool is_star(const Call& call, const DocumentChange& change) {
  return call.only_stars || (change.users && !change.versions && !change.owners);
}

base::Result<base::http::Response> star(const Services& services,
                                        const Call& call,
                                        const DocumentChange& change) {
  if (!change.users) {
    return *call.only_stars;
  }
  const auto& user = call.identity->user;
  const bool starred =
      std::find(change.users->begin(), change.users->end(), user) != change.users->end();
  BASE_TRY_ASSIGN(
      const auto entry,
      services.catalog.change(
          call.parameters.at("package"),
          [&](const core::Package& before) -> base::Result<core::Change> {
            const access::Target target{.name = before.name,
                                        .package = before.revision == 0 ? nullptr : &before};
            if (!may_star(services, call, target)) {
              return access::unknown_package(before.name);
            }
            const auto& stars = before.stars;
            const bool is_starred = std::find(stars.begin(), stars.end(), user) != stars.end();
            if (call.only_stars && (change.versions || change.owners) && starred == is_starred) {
              return *call.only_stars;  // What it changes is something else.
            }
            if (change.revision) {
              BASE_TRY(check_revision(before, *change.revision));
            }
            return core::with_star(before, user, starred, services.clock.wall_time());
          }));
  return json_answer(201,
                     fmt::format(R"({{"ok":true,"rev":"{}"}})", entry->package->revision_text()));
}

}  // namespace registry::api
