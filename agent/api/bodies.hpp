#pragma once
// JSON into a handler and out of it.

#include "agent/base/core/result.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/http/local_handler.hpp"

#include <cstddef>

namespace agent::api {

inline constexpr std::size_t k_small_body = std::size_t{64} << 10U;

base::http::LocalResponse json_answer(const base::data::Json& json, int status = 200);
base::http::LocalResponse empty_answer();  // 204

// The body as a JSON object. Errors: too_large, invalid_input naming the place.
base::Result<base::data::Json> read_json(base::http::RequestBody& body, std::size_t max_bytes);

}  // namespace agent::api
