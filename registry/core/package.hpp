#pragma once
// A package as a value, and the writes on it as functions from one revision to the next. No I/O and
// no clock: a store commits the Change that such a function returns, or refuses it when the
// package's revision is not the one the change began from.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace registry::core {

// What one publish stored, never changed afterwards.
struct VersionContent {
  std::string version;  // Cleaned: "1.0.0" for "v1.0.0".
  // The manifest as JSON text, complete and in the abbreviated form, without `deprecated` and with
  // a path in `dist.tarball`: documents insert both. `…_base` is where the public address goes.
  std::string manifest;
  std::size_t manifest_base = 0;
  std::string abbreviated;
  std::size_t abbreviated_base = 0;
  std::string tarball;    // "n-1.0.0.tgz".
  std::string blob;       // SHA-512 in hex, the blob's id.
  std::string integrity;  // "sha512-<base64>".
  std::int64_t size = 0;
};

struct PackageVersion {
  std::shared_ptr<const VersionContent> content;
  std::string deprecated;  // Empty when it is not.
};

struct Person {
  std::string name;
  std::string email;
  bool operator==(const Person&) const = default;
};

struct Package {
  std::string name;
  std::int64_t revision = 0;  // Counts the writes; goes on after an unpublish.
  std::int64_t sequence = 0;  // Position of the last write among all packages'.
  base::WallTime created;
  base::WallTime modified;  // Grows with every write, even within one millisecond.
  std::map<std::string, std::string> tags;
  std::vector<Person> owners;
  std::vector<std::string> stars;  // Names of users.
  bool restricted = false;         // Read only by those who were given access.
  bool second_factor = false;      // Whoever writes it must have one.
  bool automation_exempt = false;  // But for tokens that were made to go without.
  // Every version ever published, the unpublished included, in the order of publishing.
  std::vector<std::pair<std::string, base::WallTime>> times;
  std::vector<PackageVersion> versions;  // In the order of publishing.
  std::string readme;  // Of the version that `latest` named when it was published.
  std::string readme_file;

  // An unpublished package stays as a tombstone: its versions' names are never used again.
  [[nodiscard]] bool is_unpublished() const { return versions.empty(); }
  [[nodiscard]] const PackageVersion* find_version(std::string_view version) const;
  [[nodiscard]] const PackageVersion* find_tarball(std::string_view file) const;
  [[nodiscard]] bool is_owned_by(std::string_view user) const;
  [[nodiscard]] bool was_published(std::string_view version) const;
  // "12-000000000000002a": what clients send back to show which revision they read.
  [[nodiscard]] std::string revision_text() const;
};

// One write: what the package is afterwards, and which rows of a store differ.
struct Change {
  Package after;  // Its revision is one more than the one it began from; sequence is the store's.
  std::vector<std::shared_ptr<const VersionContent>> added;
  std::vector<std::string> removed;
  std::vector<std::pair<std::string, std::string>> deprecations;  // Version, message.
};

struct Publication {
  std::shared_ptr<const VersionContent> content;
  std::vector<std::string> tags;  // Where the publisher points the version; {"latest"} by default.
  Person publisher;
  std::string readme;
  std::string readme_file;
  bool restricted = false;  // Of a package that this creates; an existing one stays what it is.
};

// Adds a version. The first version of a package also becomes `latest`. Errors: forbidden (the
// version exists, or existed; reason "version_exists"), invalid_input (a tag that is a range).
base::Result<Change> with_publication(const Package& before,
                                      Publication publication,
                                      base::WallTime now);

// Errors: not_found (no such version), invalid_input (the tag reads as a version or a range).
base::Result<Change> with_tag(const Package& before,
                              const std::string& tag,
                              const std::string& version,
                              base::WallTime now);

// Errors: forbidden (`latest` stays), not_found.
base::Result<Change> without_tag(const Package& before, const std::string& tag, base::WallTime now);

// Sets or clears (empty message) deprecations. Versions the package does not have are ignored.
Change with_deprecations(const Package& before,
                         const std::vector<std::pair<std::string, std::string>>& deprecations,
                         base::WallTime now);

// Removes versions and the tags that point at them; a `latest` that is lost moves to the highest
// release left, or the highest prerelease. Without any version left the package is a tombstone.
Change without_versions(const Package& before,
                        const std::vector<std::string>& versions,
                        base::WallTime now);

// Errors: invalid_input (a package without an owner).
base::Result<Change> with_owners(const Package& before,
                                 std::vector<Person> owners,
                                 base::WallTime now);

Change with_second_factor(const Package& before,
                          bool demanded,
                          bool automation_exempt,
                          base::WallTime now);

Change with_visibility(const Package& before, bool restricted, base::WallTime now);

Change with_star(const Package& before, const std::string& user, bool starred, base::WallTime now);

}  // namespace registry::core
