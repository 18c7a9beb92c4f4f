#pragma once

#include "agent/base/core/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace base::data {

using Json = nlohmann::json;

// What a document from outside may cost.
struct JsonLimits {
  std::size_t max_bytes = std::size_t{1} << 20U;
  std::size_t max_depth = 64;
};

// Errors: invalid_input with the byte offset of the fault, or for a key that stands twice in one
// object (readers disagree about which counts); too_large beyond a limit.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits);
Result<Json> parse_json(std::string_view text);

// The one spelling of a value: keys sorted, no space, UTF-8 as it is. What is hashed or sealed is
// this. Text that is not UTF-8 has its bad bytes replaced by U+FFFD.
[[nodiscard]] std::string canonical(const Json& value);

// The same order with two spaces of indentation, for people and golden files; ends in a newline.
[[nodiscard]] std::string pretty(const Json& value);

}  // namespace base::data
