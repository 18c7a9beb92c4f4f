#pragma once
// Versions and constraints as Sprig's semver functions read them. Inside this library only.

#include "agent/base/core/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent::render::sprig {

struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  std::string prerelease;
  std::string metadata;

  [[nodiscard]] std::string text() const;
};

// `v` before it and fewer than three numbers are allowed. Errors: invalid_input.
base::Result<Version> parse_version(std::string_view text);

// What is built of the same sources is equal: metadata does not count.
std::strong_ordering compare(const Version& left, const Version& right);

struct Constraint {
  std::string_view operation;  // "" to "^"
  Version version;
  // Which numbers are missing or a wildcard; `any` when one is.
  bool any = false;
  bool minor = false;
  bool patch = false;
};

// All of one inner list must hold for the outer to. The views are into the text. Errors:
// invalid_input.
base::Result<std::vector<std::vector<Constraint>>> parse_constraints(const std::string& text);

bool holds(const Constraint& constraint, const Version& version);

}  // namespace agent::render::sprig
