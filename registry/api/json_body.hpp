#pragma once
// Small JSON bodies, in and out.

#include "registry/api/application.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace registry::api {

inline constexpr std::size_t k_max_json_body = 16384;

// The body as an object; an empty one when there is none. Errors: invalid_input.
base::Result<nlohmann::json> object_in(const std::string& body);

// Empty when there is no such member or it is no string.
std::string text_or_empty(const nlohmann::json& object, const char* key);
// Errors: invalid_input, naming the member, when it is missing or empty.
base::Result<std::string> required_text(const nlohmann::json& object, const char* key);

// A number in the query; `fallback` when it is missing, malformed or negative.
std::int64_t query_number(const Call& call, std::string_view name, std::int64_t fallback);

// Text that is not UTF-8 has its bad bytes replaced.
base::http::Response value_answer(int status, const nlohmann::json& value);

}  // namespace registry::api
