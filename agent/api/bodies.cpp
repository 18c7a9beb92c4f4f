#include "agent/api/bodies.hpp"

#include <nlohmann/json.hpp>

namespace agent::api {

base::http::LocalResponse json_answer(const base::data::Json& json, int status) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = base::data::canonical(json)};
}

base::http::LocalResponse empty_answer() {
  return {.status = 204};
}

base::Result<base::data::Json> read_json(base::http::RequestBody& body, std::size_t max_bytes) {
  BASE_TRY_ASSIGN(const auto text, base::http::read_whole(body, max_bytes));
  auto json = base::data::parse_json(text, {.max_bytes = max_bytes, .max_depth = 32});
  if (!json) {
    return std::move(json).error().with_context("the request's body");
  }
  if (!json->is_object()) {
    return base::Error{base::ErrorCode::invalid_input,
                       "the request's body: expected a JSON object"};
  }
  return json;
}

}  // namespace agent::api
