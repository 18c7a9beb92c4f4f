// Unpublishing, owners, and what a package's writers ask about it.

#include "registry/api/answers.hpp"
#include "registry/api/document_change.hpp"
#include "registry/api/package_change.hpp"
#include "registry/api/publish_receiver.hpp"
#include "registry/api/routes.hpp"
#include "registry/api/stars.hpp"

#include <fmt/format.h>

#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;

std::string outcome(const CatalogEntry& entry) {
  return fmt::format(R"({{"ok":true,"rev":"{}"}})", entry.package->revision_text());
}

Response changed(const CatalogEntry& entry) {
  return json_answer(201, outcome(entry));
}

Response removed(const CatalogEntry& entry) {
  return json_answer(200, outcome(entry));
}

// Owners of a package can be handed over to users alone.
base::Status check_owners(const Services& services, const DocumentChange& change) {
  if (change.versions || !change.owners) {
    return base::ok();
  }
  for (const auto& owner : *change.owners) {
    BASE_TRY_ASSIGN(const auto user, services.metadata.find_user(owner.name));
    if (!user) {
      return Error{ErrorCode::invalid_input, fmt::format("no user {:.80}", owner.name)};
    }
  }
  return base::ok();
}

base::Result<Response> put_revision(const Services& services,
                                    const Call& call,
                                    const ReceivedPublish& received) {
  if (received.tarball != nullptr) {
    return Error{ErrorCode::invalid_input, "a change of a revision brings no tarball"};
  }
  BASE_TRY_ASSIGN(const auto change, read_document_change(received.metadata));
  if (is_star(call, change)) {
    return star(services, call, change);
  }
  BASE_TRY(check_owners(services, change));
  const auto& revision = call.parameters.at("revision");
  BASE_TRY_ASSIGN(const auto entry,
                  change_package(services, call, [&](const core::Package& before) {
                    return apply_revision(before, change, revision, services.clock.wall_time());
                  }));
  return changed(*entry);
}

base::Result<Response> delete_package(const Services& services, const Call& call) {
  const auto& revision = call.parameters.at("revision");
  BASE_TRY_ASSIGN(
      const auto entry,
      change_package(
          services, call, [&](const core::Package& before) -> base::Result<core::Change> {
            BASE_TRY(check_revision(before, revision));
            std::vector<std::string> all;
            for (const auto& version : before.versions) {
              all.push_back(version.content->version);
            }
            return core::without_versions(before, all, services.clock.wall_time());
          }));
  return removed(*entry);
}

// The last step of unpublishing a version. The document that listed the tarball was written
// already, and a blob that nothing names is collected by and by; a version that is still listed
// goes with its tarball.
base::Result<Response> delete_tarball(const Services& services, const Call& call) {
  const auto& file = call.parameters.at("file");
  const auto& revision = call.parameters.at("revision");
  if (call.package == nullptr) {
    return Error{ErrorCode::not_found, fmt::format("no such tarball: {:.256}", file)};
  }
  BASE_TRY(check_revision(*call.package->package, revision));
  if (call.package->package->find_tarball(file) == nullptr) {
    return removed(*call.package);
  }
  BASE_TRY_ASSIGN(
      const auto entry,
      change_package(
          services, call, [&](const core::Package& before) -> base::Result<core::Change> {
            BASE_TRY(check_revision(before, revision));
            const auto* version = before.find_tarball(file);
            if (version == nullptr) {
              return Error{ErrorCode::not_found, fmt::format("no such tarball: {:.256}", file)};
            }
            return core::without_versions(
                before, {version->content->version}, services.clock.wall_time());
          }));
  return removed(*entry);
}

}  // namespace

void add_change_routes(RouteTables& tables, const Services& services) {
  tables.packages.add(
      "PUT",
      "/{package}/-rev/{revision}",
      Permission::write_package,
      Action{.stream =
                 [&services](const Call& call) {
                   PublishReceiver::start(
                       services, call, [&services, call](const ReceivedPublish& received) {
                         return put_revision(services, call, received);
                       });
                 },
             .takes_stars = true});
  tables.packages.add(
      "DELETE",
      "/{package}/-rev/{revision}",
      Permission::write_package,
      Action{.answer = [&services](Call& call) { return delete_package(services, call); }});
  tables.packages.add(
      "DELETE",
      "/{package}/-/{file}/-rev/{revision}",
      Permission::write_package,
      Action{.answer = [&services](Call& call) { return delete_tarball(services, call); }});
}

}  // namespace registry::api
