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

base::Status check_address(const Call& call) {
  if (call.address.empty()) {
    return Error{ErrorCode::invalid_input,
                 "the request names no host under which its tarballs could be fetched",
                 "Expected HOST or HOST:PORT in the Host field."};
  }
  return base::ok();
}

Response document_answer(const Request& request, const Documents& documents) {
  const auto accept = request.headers.get("accept");
  // Writers ask with `?write=true` for what they will send back, whatever they accept.
  const bool abbreviated =
      accept && prefers_abbreviated(*accept) && !request.url.parameter("write");
  const auto& document = abbreviated ? documents.abbreviated : documents.full;
  const auto condition = request.headers.get("if-none-match");
  if (condition && etag_matches(*condition, document.etag)) {
    return Response{.status = 304, .head = document.not_modified_head};
  }
  const auto encodings = request.headers.get("accept-encoding");
  if (document.gzip_bytes > 0 && encodings && accepts_gzip(*encodings)) {
    return Response{.body = document.gzip, .head = document.gzip_head};
  }
  return Response{.body = document.plain, .head = document.plain_head};
}

base::Result<Response> version_answer(const Call& call, const CatalogEntry& entry) {
  BASE_TRY(check_address(call));
  const auto& selector = call.parameters.at("selector");
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
  return json_answer(200, core::version_document(*version, call.address));
}

}  // namespace

void add_document_routes(RouteTables& tables, const Services& services) {
  tables.packages.add(
      "GET",
      "/{package}",
      access::Permission::read_package,
      Action{.quick = [](const Call& call) -> std::optional<Response> {
               return call.documents == nullptr
                          ? std::nullopt
                          : std::optional(document_answer(call.request(), *call.documents));
             },
             .answer = [&services](Call& call) -> base::Result<Response> {
               if (call.package->package->is_unpublished()) {
                 return gone(call.package->package->name);
               }
               BASE_TRY(check_address(call));
               return document_answer(call.request(),
                                      *services.catalog.documents(call.package, call.address));
             }});
  tables.packages.add(
      "GET",
      "/{package}/{selector}",
      access::Permission::read_package,
      Action{.answer = [](Call& call) { return version_answer(call, *call.package); }});
}

}  // namespace registry::api
