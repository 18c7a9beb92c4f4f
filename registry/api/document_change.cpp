#include "registry/api/document_change.hpp"

#include "registry/core/json_slices.hpp"
#include "registry/core/semver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using core::Change;
using core::find;
using core::Members;
using core::members_of;
using core::Package;
using core::string_of;
using StringPairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t k_max_message = 1024;

base::Result<std::vector<core::Person>> owners_in(std::string_view raw) {
  BASE_TRY_ASSIGN(const auto elements, core::elements_of(raw));
  std::vector<core::Person> owners;
  for (const auto element : elements) {
    BASE_TRY_ASSIGN(const auto person, members_of(element));
    auto name = string_of(find(person, "name")).value_or("");
    if (name.empty()) {
      return Error{ErrorCode::invalid_input, "every maintainer needs a name"};
    }
    owners.push_back({.name = core::storable_text(name),
                      .email = core::storable_text(string_of(find(person, "email")).value_or(""))});
  }
  return owners;
}

base::Status read_versions(std::string_view raw, DocumentChange& change) {
  BASE_TRY_ASSIGN(const auto versions, members_of(raw));
  change.versions.emplace();
  change.deprecations.emplace();
  for (const auto& version : versions) {
    BASE_TRY_ASSIGN(const auto manifest, members_of(version.raw));
    // Old documents have booleans here; `false` means that it is not deprecated.
    const auto deprecated = find(manifest, "deprecated");
    auto message =
        deprecated == "true" ? std::string("deprecated") : string_of(deprecated).value_or("");
    change.versions->push_back(version.key);
    change.deprecations->emplace_back(version.key, message.substr(0, k_max_message));
  }
  return base::ok();
}

base::Status read_tags(std::string_view raw, DocumentChange& change) {
  BASE_TRY_ASSIGN(const auto tags, members_of(raw));
  change.tags.emplace();
  for (const auto& tag : tags) {
    change.tags->emplace_back(tag.key, string_of(tag.raw).value_or(""));
  }
  return base::ok();
}

// Moves tags to where the client left them. One that points at nothing is not taken over, nor is
// the client's idea of a `latest` that was lost: some choose a prerelease where releases are left.
void set_tags(Change& change, const Package& before, const StringPairs& tags) {
  const auto latest = before.tags.find("latest");
  const bool latest_lost =
      latest == before.tags.end() || change.after.find_version(latest->second) == nullptr;
  for (const auto& [tag, version] : tags) {
    if (tag == "latest" && latest_lost) {
      continue;
    }
    if (change.after.find_version(version) != nullptr && !core::is_version_range(tag)) {
      change.after.tags[tag] = version;
    }
  }
}

}  // namespace

base::Result<DocumentChange> read_document_change(std::string_view document) {
  BASE_TRY_ASSIGN(const auto members, members_of(document));
  DocumentChange change;
  change.revision = string_of(find(members, "_rev"));
  if (const auto raw = find(members, "versions"); core::is_object(raw)) {
    BASE_TRY(read_versions(raw, change));
  }
  if (const auto raw = find(members, "dist-tags"); core::is_object(raw)) {
    BASE_TRY(read_tags(raw, change));
  }
  if (const auto raw = find(members, "maintainers"); raw.starts_with('[')) {
    BASE_TRY_ASSIGN(change.owners, owners_in(raw));
  }
  if (const auto raw = find(members, "users"); core::is_object(raw)) {
    BASE_TRY_ASSIGN(const auto users, members_of(raw));
    change.users.emplace();
    for (const auto& user : users) {
      if (user.raw == "true") {
        change.users->push_back(user.key);
      }
    }
  }
  return change;
}

base::Status check_revision(const Package& package, const std::string& revision) {
  if (revision != package.revision_text()) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} has changed since it was read; its revision is {}",
                             package.name,
                             package.revision_text())};
  }
  return base::ok();
}

base::Result<Change> apply_document(const Package& before,
                                    const DocumentChange& change,
                                    base::WallTime now) {
  if (change.revision) {
    BASE_TRY(check_revision(before, *change.revision));
  }
  if (change.versions) {
    for (const auto& version : *change.versions) {
      if (before.find_version(version) == nullptr) {
        return Error{ErrorCode::invalid_input,
                     fmt::format("version {:.256} comes without its tarball", version)};
      }
    }
    return core::with_deprecations(before, *change.deprecations, now);
  }
  if (change.owners) {
    return core::with_owners(before, *change.owners, now);
  }
  return Error{ErrorCode::invalid_input,
               "the document has neither a tarball nor versions nor maintainers"};
}

base::Result<Change> apply_revision(const Package& before,
                                    const DocumentChange& change,
                                    const std::string& revision,
                                    base::WallTime now) {
  BASE_TRY(check_revision(before, revision));
  if (!change.versions) {
    return apply_document(before, change, now);
  }
  std::vector<std::string> removed;
  for (const auto& version : before.versions) {
    const auto& name = version.content->version;
    if (std::find(change.versions->begin(), change.versions->end(), name) ==
        change.versions->end()) {
      removed.push_back(name);
    }
  }
  if (removed.empty()) {
    return core::with_deprecations(before, *change.deprecations, now);
  }
  Change result = core::without_versions(before, removed, now);
  if (change.tags && !result.after.is_unpublished()) {
    set_tags(result, before, *change.tags);
  }
  return result;
}

}  // namespace registry::api
