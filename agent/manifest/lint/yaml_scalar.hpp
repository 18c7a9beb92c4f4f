#pragma once
// What plain and tagged scalars stand for in the original's reader: numbers of YAML 1.1 with its
// octals and base 60, but no Booleans beyond true and false.

#include "agent/manifest/lint/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace agent::manifest::lint {

inline constexpr std::string_view k_tag_prefix = "tag:yaml.org,2002:";

struct Resolved {
  std::string tag;
  ValuePtr value;
};

// A plain scalar; nothing when it stays text.
std::optional<Resolved> resolve_plain(const std::string& text);

// A scalar with an explicit tag ("int", without the prefix); nothing when it cannot be one.
ValuePtr resolve_tagged(std::string_view name, const std::string& text);

}  // namespace agent::manifest::lint
