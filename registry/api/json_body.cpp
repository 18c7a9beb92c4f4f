#include "registry/api/json_body.hpp"

#include "agent/base/data/json.hpp"
#include "registry/api/answers.hpp"

#include <fmt/format.h>

#include <charconv>

namespace registry::api {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

base::Result<json> object_in(const std::string& body) {
  if (body.empty()) {
    return json::object();
  }
  BASE_TRY_ASSIGN(auto value, base::data::parse_json(body));
  if (value.is_null()) {
    return json::object();
  }
  if (!value.is_object()) {
    return Error{ErrorCode::invalid_input, "expected an object"};
  }
  return value;
}

std::string text_or_empty(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

base::Result<std::string> required_text(const json& object, const char* key) {
  auto value = text_or_empty(object, key);
  if (value.empty()) {
    return Error{ErrorCode::invalid_input, fmt::format("`{}` is missing", key)};
  }
  return value;
}

std::int64_t query_number(const Call& call, std::string_view name, std::int64_t fallback) {
  const auto text = call.request().url.parameter(name);
  std::int64_t value = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc() ||
      value < 0) {
    return fallback;
  }
  return value;
}

base::http::Response value_answer(int status, const json& value) {
  return json_answer(status, value.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace registry::api
