#pragma once
// Versions as node-semver reads them in its loose mode, which is what registries contain.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace registry::core {

struct SemVer {
  std::uint64_t major = 0;  // Each at most 2^53-1, the largest integer that JavaScript holds.
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  std::vector<std::variant<std::uint64_t, std::string>> prerelease;

  // "1.2.3-beta.1". Build metadata is dropped when a version is read: it has no precedence, so
  // 1.0.0+a and 1.0.0+b are one version.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool is_prerelease() const { return !prerelease.empty(); }

  // Precedence of semver.org 2.0.0, section 11.
  friend std::strong_ordering operator<=>(const SemVer& left, const SemVer& right);
  friend bool operator==(const SemVer& left, const SemVer& right) {
    return (left <=> right) == std::strong_ordering::equal;
  }
};

// Reads a version of at most 256 characters: blanks around it, leading "v" or "=", a prerelease
// without its hyphen ("1.2.3alpha") are allowed.
std::optional<SemVer> parse_version(std::string_view text);

// True when npm would read the text as a version or a range ("1", "^2.0", "x", "1 - 2", ">=1 <3").
// Such a text cannot be a tag, since `npm install pkg@TEXT` would never look at tags.
bool is_version_range(std::string_view text);

}  // namespace registry::core
