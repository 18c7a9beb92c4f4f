#pragma once
// Reading the engine's JSON leniently: a field that is missing or of another type is its default,
// because engines of different ages leave out different ones. For this folder's sources only.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace agent::docker {

using Json = nlohmann::json;

// `what` names the answer in the error: io, "the engine's answer to inspect is not JSON".
base::Result<Json> parse_answer(std::string_view text, std::string_view what);

// Null where there is none.
const Json& child(const Json& object, const char* key);
// The array or object there; an empty one when there is none.
const Json& elements_of(const Json& object, const char* key);
const Json& fields_of(const Json& object, const char* key);
std::string text_of(const Json& object, const char* key);
bool flag_of(const Json& object, const char* key);
std::optional<base::WallTime> time_of(const Json& object, const char* key);
std::map<std::string, std::string> text_map_of(const Json& object, const char* key);
std::vector<std::string> text_list_of(const Json& object, const char* key);
std::vector<std::string> keys_of(const Json& object, const char* key);

template <typename Number>
Number number_of(const Json& object, const char* key) {
  const Json& value = child(object, key);
  return value.is_number() ? value.get<Number>() : Number{};
}

}  // namespace agent::docker
