#include "registry/api/package_change.hpp"

#include <fmt/format.h>

namespace registry::api {

using base::Error;
using base::ErrorCode;

base::Result<EntryPtr> change_or_create_package(const Services& services,
                                                const Call& call,
                                                const Catalog::Update& update) {
  return services.catalog.change(
      call.parameters.at("package"),
      [&](const core::Package& before) -> base::Result<core::Change> {
        const access::Target target{.name = before.name,
                                    .package = before.revision == 0 ? nullptr : &before};
        BASE_TRY(
            services.authority.check(call.permission, call.identity, *call.memberships, target));
        return update(before);
      });
}

base::Result<EntryPtr> change_package(const Services& services,
                                      const Call& call,
                                      const Catalog::Update& update) {
  return change_or_create_package(
      services, call, [&](const core::Package& before) -> base::Result<core::Change> {
        if (before.is_unpublished()) {
          return Error{ErrorCode::not_found,
                       fmt::format("{} is not in this registry", before.name)};
        }
        return update(before);
      });
}

}  // namespace registry::api
