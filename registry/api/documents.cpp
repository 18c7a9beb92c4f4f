// Reading packages: both documents, one version, a tag.

#include "registry/api/answers.hpp"
#include "registry/api/negotiation.hpp"
#include "registry/api/routes.hpp"
#include "registry/core/document.hpp"
#include "registry/core/semver.hpp"

#include <fmt/format.h>

#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Request;
using base::http::Response;

Error gone(const std::string& name) {
  return Error{ErrorCode::not_found, fmt::format("{} was unpublished", name)};
}

Response document_answer(const Request& request, const CatalogEntry& entry) {
  const auto accept = request.headers.get("accept");
  // Writers ask with `?write=true` for what they will send back, whatever they accept.
  const bool abbreviated =
      accept && prefers_abbreviated(*accept) && !request.url.parameter("write");
  const auto& document = abbreviated ? entry.abbreviated : entry.full;
  const auto condition = request.headers.get("if-none-match");
  if (condition && etag_matches(*condition, document.etag)) {
    return Response{.status = 304, .head = document.not_modified_head};
  }
  const auto encodings = request.headers.get("accept-encoding");
  if (document.gzip != nullptr && encodings && accepts_gzip(*encodings)) {
    return Response{.body = document.gzip, .head = document.gzip_head};
  }
  return Response{.body = document.plain, .head = document.plain_head};
}

base::Result<Response> version_answer(const Services& services,
                                      const CatalogEntry& entry,
                                      const std::string& selector) {
  const auto& package = *entry.package;
  const auto tag = package.tags.find(selector);
  std::string wanted = tag == package.tags.end() ? selector : tag->second;
  if (const auto cleaned = core::parse_version(wanted)) {
    wanted = cleaned->text();
  }
  const auto* version = package.find_version(wanted);
  if (version == nullptr) {
    return Error{ErrorCode::not_found, fmt::format("version not found: {:.256}", selector)};
  }
  return json_answer(200, core::version_document(*version, services.public_url));
}

}  // namespace

void add_document_routes(RouteTables& tables, const Services& services) {
  tables.packages.add("GET",
                      "/{package}",
                      access::Permission::read,
                      Action{.quick = [&services](const Call& call) -> std::optional<Response> {
                               const auto entry =
                                   services.catalog.cached(call.parameters.at("package"));
                               if (entry == nullptr || entry->package->is_unpublished()) {
                                 return std::nullopt;
                               }
                               return document_answer(call.request(), *entry);
                             },
                             .answer = [&services](Call& call) -> base::Result<Response> {
                               const auto& name = call.parameters.at("package");
                               BASE_TRY_ASSIGN(const auto entry, services.catalog.find(name));
                               if (entry->package->is_unpublished()) {
                                 return gone(name);
                               }
                               return document_answer(call.request(), *entry);
                             }});
  tables.packages.add("GET",
                      "/{package}/{selector}",
                      access::Permission::read,
                      Action{.answer = [&services](Call& call) -> base::Result<Response> {
                        BASE_TRY_ASSIGN(const auto entry,
                                        services.catalog.find(call.parameters.at("package")));
                        return version_answer(services, *entry, call.parameters.at("selector"));
                      }});
}

}  // namespace registry::api
