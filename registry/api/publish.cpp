// Publishing a version, and changes that clients send as a document.

#include "registry/api/answers.hpp"
#include "registry/api/document_change.hpp"
#include "registry/api/package_access.hpp"
#include "registry/api/package_change.hpp"
#include "registry/api/publish_receiver.hpp"
#include "registry/api/routes.hpp"
#include "registry/api/stars.hpp"
#include "registry/core/json_slices.hpp"
#include "registry/core/manifest.hpp"
#include "registry/core/package_name.hpp"
#include "registry/core/semver.hpp"
#include "registry/core/tarball.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Response;
using core::find;
using core::members_of;
using core::string_of;

base::Result<core::TarballFacts> inspect(store::PendingBlob& blob) {
  BASE_TRY_ASSIGN(const base::Fd file, blob.read());
  return core::inspect_tarball(
      [&file](std::span<char> buffer) -> base::Result<std::size_t> {
        while (true) {
          const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
          if (got >= 0) {
            return static_cast<std::size_t>(got);
          }
          if (errno != EINTR) {
            return base::fs::system_error("read", "the tarball");
          }
        }
      },
      {});
}

// `length` in the attachment counts the tarball's bytes; a difference means that some were lost.
base::Status check_length(const core::Members& body, std::uint64_t size) {
  BASE_TRY_ASSIGN(const auto attachments, members_of(find(body, "_attachments")));
  for (const auto& attachment : attachments) {
    if (attachment.key.ends_with(".sigstore") || !core::is_object(attachment.raw)) {
      continue;
    }
    BASE_TRY_ASSIGN(const auto fields, members_of(attachment.raw));
    const auto length = find(fields, "length");
    if (!length.empty() && length != std::to_string(size)) {
      return Error{
          ErrorCode::invalid_input,
          fmt::format("the tarball has {} bytes, and its `length` says {:.30}", size, length)};
    }
  }
  return base::ok();
}

// Tags that the body points at the version it brings; others belong to versions that exist.
base::Result<std::vector<std::string>> tags_in(const core::Members& body,
                                               const std::string& version) {
  std::vector<std::string> tags;
  const auto raw = find(body, "dist-tags");
  if (core::is_object(raw)) {
    BASE_TRY_ASSIGN(const auto members, members_of(raw));
    for (const auto& member : members) {
      const auto parsed = core::parse_version(string_of(member.raw).value_or(""));
      if (parsed && parsed->text() == version) {
        tags.push_back(member.key);
      }
    }
  }
  if (tags.empty()) {
    tags.emplace_back("latest");
  }
  return tags;
}

// `access` says what a new package is to be; clients send null, or nothing, without an opinion.
base::Result<bool> restricted_in(const core::Members& body,
                                 const std::string& package,
                                 const access::Policy& policy) {
  const auto raw = find(body, "access");
  const auto wanted = string_of(raw).value_or("");
  if (wanted.empty()) {
    return policy.restricted_scopes && !core::scope_of(package).empty();
  }
  return access_in(wanted);
}

core::SignMessage signing(const Services& services) {
  return [&services](const std::string& message) -> base::Result<std::string> {
    BASE_TRY_ASSIGN(const auto signature, services.signer.sign(message));
    return fmt::format(R"([{{"keyid":{},"sig":{}}}])",
                       core::quoted(signature.key),
                       core::quoted(signature.signature));
  };
}

base::Result<core::Publication> publication_of(const Services& services,
                                               const Call& call,
                                               const core::Members& body,
                                               ReceivedPublish& received) {
  const auto& name = call.parameters.at("package");
  BASE_TRY_ASSIGN(const auto versions, members_of(find(body, "versions")));
  if (versions.size() != 1) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("a publish brings one version, and this one {}", versions.size())};
  }
  BASE_TRY(check_length(body, received.tarball_size));
  BASE_TRY_ASSIGN(const auto digests, received.tarball->seal());
  BASE_TRY_ASSIGN(auto facts, inspect(*received.tarball));
  core::Person publisher{.name = call.identity->user, .email = call.identity->email};
  BASE_TRY_ASSIGN(auto built,
                  core::build_manifest({.name = name,
                                        .body = versions.front().raw,
                                        .tarball = std::move(facts),
                                        .blob = {.sha512_hex = digests.sha512_hex,
                                                 .sha512_base64 = digests.sha512_base64,
                                                 .sha1_hex = digests.sha1_hex,
                                                 .size = digests.size},
                                        .publisher = publisher,
                                        .sign = signing(services)}));
  BASE_TRY_ASSIGN(auto tags, tags_in(body, built.content->version));
  BASE_TRY_ASSIGN(const bool restricted, restricted_in(body, name, services.authority.policy()));
  // yarn berry sends the README beside the versions, the others inside.
  if (built.readme.empty()) {
    built.readme = core::storable_text(string_of(find(body, "readme")).value_or(""));
  }
  return core::Publication{.content = std::move(built.content),
                           .tags = std::move(tags),
                           .publisher = std::move(publisher),
                           .readme = std::move(built.readme),
                           .readme_file = std::move(built.readme_file),
                           .restricted = restricted};
}

base::Result<Response> publish(const Services& services,
                               const Call& call,
                               ReceivedPublish received) {
  const auto& name = call.parameters.at("package");
  BASE_TRY_ASSIGN(const auto body, members_of(received.metadata));
  if (const auto id = string_of(find(body, "name")); id && *id != name) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("the document is of '{:.80}' and was sent to '{}'", *id, name)};
  }
  if (call.package == nullptr) {
    BASE_TRY(core::check_new_name(name));
  }
  BASE_TRY_ASSIGN(const auto publication, publication_of(services, call, body, received));
  // Most conflicts are seen before anything is written; the rest when it is committed.
  if (call.package != nullptr) {
    BASE_TRY(
        core::with_publication(*call.package->package, publication, services.clock.wall_time()));
  }
  // The blob first: a document must never promise bytes that are not durable. When the commit
  // fails, what is left is a blob that nobody names.
  BASE_TRY(received.tarball->keep());
  BASE_TRY_ASSIGN(const auto entry,
                  change_or_create_package(services, call, [&](const core::Package& before) {
                    return core::with_publication(before, publication, services.clock.wall_time());
                  }));
  if (entry->package->revision == 1) {
    services.authority.forget();  // The organisation's teams have a package more.
  }
  return json_answer(201,
                     fmt::format(R"({{"ok":true,"success":true,"id":{},"rev":"{}"}})",
                                 core::quoted(name),
                                 entry->package->revision_text()));
}

base::Result<Response> change_document(const Services& services,
                                       const Call& call,
                                       const std::string& document) {
  BASE_TRY_ASSIGN(const auto change, read_document_change(document));
  if (is_star(call, change)) {
    return star(services, call, change);
  }
  BASE_TRY_ASSIGN(const auto entry,
                  change_package(services, call, [&](const core::Package& before) {
                    return apply_document(before, change, services.clock.wall_time());
                  }));
  return json_answer(201,
                     fmt::format(R"({{"ok":true,"rev":"{}"}})", entry->package->revision_text()));
}

}  // namespace

void add_publish_routes(RouteTables& tables, const Services& services) {
  tables.packages.add(
      "PUT",
      "/{package}",
      access::Permission::write_package,
      Action{.stream =
                 [&services](const Call& call) {
                   PublishReceiver::start(
                       services,
                       call,
                       [&services, call](ReceivedPublish received) -> base::Result<Response> {
                         if (received.tarball == nullptr) {
                           return change_document(services, call, received.metadata);
                         }
                         return publish(services, call, std::move(received));
                       });
                 },
             .takes_stars = true});
}

}  // namespace registry::api
