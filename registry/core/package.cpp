#include "registry/core/package.hpp"

#include "registry/core/json_slices.hpp"
#include "registry/core/semver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace registry::core {
namespace {

using base::Error;
using base::ErrorCode;

// The next revision. Two writes within one millisecond, or a clock set back, still move `modified`
// forward: clients use it to see that something changed.
Change begin_change(const Package& before, base::WallTime now) {
  Change change{.after = before, .added = {}, .removed = {}, .deprecations = {}};
  change.after.revision += 1;
  if (before.revision == 0) {
    change.after.created = now;
    change.after.modified = now;
  } else {
    change.after.modified = std::max(now, before.modified + std::chrono::milliseconds(1));
  }
  return change;
}

base::Status check_tag(const std::string& tag) {
  if (tag.empty() || tag.size() > 214 || is_version_range(tag)) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format("'{:.80}' cannot be a tag: it must not be empty, a version or a range", tag)};
  }
  return base::ok();
}

// The version that `latest` moves to when the one it named is gone.
std::string highest_version(const Package& package) {
  const PackageVersion* best = nullptr;
  std::optional<SemVer> best_version;
  for (const auto& candidate : package.versions) {
    auto version = parse_version(candidate.content->version);
    if (!version) {
      continue;
    }
    const bool better =
        !best_version || (best_version->is_prerelease() && !version->is_prerelease()) ||
        (best_version->is_prerelease() == version->is_prerelease() && *version > *best_version);
    if (better) {
      best = &candidate;
      best_version = std::move(version);
    }
  }
  return best == nullptr ? package.versions.back().content->version : best->content->version;
}

void mend_tags(Package& package) {
  std::erase_if(package.tags,
                [&](const auto& tag) { return package.find_version(tag.second) == nullptr; });
  if (!package.versions.empty() && !package.tags.contains("latest")) {
    package.tags["latest"] = highest_version(package);
  }
}

}  // namespace

const PackageVersion* Package::find_version(std::string_view version) const {
  const auto found = std::find_if(versions.begin(), versions.end(), [&](const auto& candidate) {
    return candidate.content->version == version;
  });
  return found == versions.end() ? nullptr : &*found;
}

const PackageVersion* Package::find_tarball(std::string_view file) const {
  const auto found = std::find_if(versions.begin(), versions.end(), [&](const auto& candidate) {
    return candidate.content->tarball == file;
  });
  return found == versions.end() ? nullptr : &*found;
}

bool Package::is_owned_by(std::string_view user) const {
  return std::any_of(
      owners.begin(), owners.end(), [&](const Person& owner) { return owner.name == user; });
}

bool Package::was_published(std::string_view version) const {
  return std::any_of(
      times.begin(), times.end(), [&](const auto& entry) { return entry.first == version; });
}

std::string Package::revision_text() const {
  return fmt::format("{}-{:016x}", revision, sequence);
}

base::Result<Change> with_publication(const Package& before,
                                      Publication publication,
                                      base::WallTime now) {
  const auto& content = publication.content;
  if (const auto* existing = before.find_version(content->version)) {
    // Clients repeat a publish that timed out, and release tools search for these words.
    const std::string same = existing->content->blob == content->blob
                                 ? " The same bytes are stored under it already."
                                 : "";
    return Error{ErrorCode::forbidden,
                 fmt::format("You cannot publish over the previously published versions: {}.{}",
                             content->version,
                             same),
                 "",
                 "version_exists"};
  }
  if (before.was_published(content->version)) {
    return Error{ErrorCode::forbidden,
                 fmt::format("You cannot publish over the previously published versions: {} was "
                             "unpublished, and a version is never used twice.",
                             content->version),
                 "",
                 "version_exists"};
  }
  Change change = begin_change(before, now);
  Package& after = change.after;
  if (before.is_unpublished()) {
    after.owners = {publication.publisher};
    after.restricted = publication.restricted;
    after.tags.clear();
  }
  for (const auto& tag : publication.tags) {
    BASE_TRY(check_tag(tag));
    after.tags[tag] = content->version;
  }
  after.tags.try_emplace("latest", content->version);
  after.versions.push_back({.content = content, .deprecated = {}});
  after.times.emplace_back(content->version, after.modified);
  if (after.tags["latest"] == content->version) {
    after.readme = std::move(publication.readme);
    after.readme_file = std::move(publication.readme_file);
  }
  change.added.push_back(content);
  return change;
}

base::Result<Change> with_tag(const Package& before,
                              const std::string& tag,
                              const std::string& version,
                              base::WallTime now) {
  BASE_TRY(check_tag(tag));
  if (before.find_version(version) == nullptr) {
    return Error{ErrorCode::not_found, fmt::format("version not found: {:.256}", version)};
  }
  Change change = begin_change(before, now);
  change.after.tags[tag] = version;
  return change;
}

base::Result<Change> without_tag(const Package& before,
                                 const std::string& tag,
                                 base::WallTime now) {
  if (tag == "latest") {
    return Error{ErrorCode::forbidden, "the tag 'latest' cannot be removed, only moved"};
  }
  if (!before.tags.contains(tag)) {
    return Error{ErrorCode::not_found, fmt::format("{:.80} is not a tag of this package", tag)};
  }
  Change change = begin_change(before, now);
  change.after.tags.erase(tag);
  return change;
}

Change with_deprecations(const Package& before,
                         const std::vector<std::pair<std::string, std::string>>& deprecations,
                         base::WallTime now) {
  Change change = begin_change(before, now);
  const std::map<std::string_view, std::string_view> wanted(deprecations.begin(),
                                                            deprecations.end());
  for (auto& version : change.after.versions) {
    const auto entry = wanted.find(version.content->version);
    if (entry != wanted.end() && entry->second != version.deprecated) {
      version.deprecated = storable_text(entry->second);
      change.deprecations.emplace_back(version.content->version, version.deprecated);
    }
  }
  return change;
}

Change without_versions(const Package& before,
                        const std::vector<std::string>& versions,
                        base::WallTime now) {
  Change change = begin_change(before, now);
  std::erase_if(change.after.versions, [&](const PackageVersion& version) {
    const auto& name = version.content->version;
    if (std::find(versions.begin(), versions.end(), name) == versions.end()) {
      return false;
    }
    change.removed.push_back(name);
    return true;
  });
  mend_tags(change.after);
  if (change.after.is_unpublished()) {
    change.after.readme.clear();
    change.after.readme_file.clear();
  }
  return change;
}

base::Result<Change> with_owners(const Package& before,
                                 std::vector<Person> owners,
                                 base::WallTime now) {
  if (owners.empty()) {
    return Error{ErrorCode::invalid_input, "a package keeps at least one owner"};
  }
  Change change = begin_change(before, now);
  change.after.owners = std::move(owners);
  return change;
}

Change with_second_factor(const Package& before,
                          bool demanded,
                          bool automation_exempt,
                          base::WallTime now) {
  Change change = begin_change(before, now);
  change.after.second_factor = demanded;
  change.after.automation_exempt = demanded && automation_exempt;
  return change;
}

Change with_visibility(const Package& before, bool restricted, base::WallTime now) {
  Change change = begin_change(before, now);
  change.after.restricted = restricted;
  return change;
}

Change with_star(const Package& before, const std::string& user, bool starred, base::WallTime now) {
  Change change = begin_change(before, now);
  std::erase(change.after.stars, user);
  if (starred) {
    change.after.stars.push_back(user);
  }
  return change;
}

}  // namespace registry::core
