#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"
#include "agent/render/sprig/version.hpp"

#include <algorithm>

namespace agent::render::sprig {
namespace {

// What the original has as methods are fields here.
Result<Value> call_semver(const FunctionCall& call) {
  const auto& text = text_at(call, 0);
  BASE_TRY_ASSIGN(const auto version, parse_version(text));
  return Value::map({{"Major", Value::unsigned_integer(version.major)},
                     {"Minor", Value::unsigned_integer(version.minor)},
                     {"Patch", Value::unsigned_integer(version.patch)},
                     {"Prerelease", Value::text(version.prerelease)},
                     {"Metadata", Value::text(version.metadata)},
                     {"Original", Value::text(text)},
                     {"String", Value::text(version.text())}})
      .as_type(GoType::version);
}

Result<Value> call_semver_compare(const FunctionCall& call) {
  BASE_TRY(call.spend(text_at(call, 0).size()));
  BASE_TRY_ASSIGN(const auto alternatives, parse_constraints(text_at(call, 0)));
  BASE_TRY_ASSIGN(const auto version, parse_version(text_at(call, 1)));
  return Value::boolean(
      std::any_of(alternatives.begin(), alternatives.end(), [&](const auto& constraints) {
        return std::all_of(constraints.begin(), constraints.end(), [&](const auto& constraint) {
          return holds(constraint, version);
        });
      }));
}

}  // namespace

void add_semver_functions(FunctionTable& table) {
  table["semver"] = function("s", call_semver);
  table["semverCompare"] = function("ss", call_semver_compare);
}

}  // namespace agent::render::sprig
