#include "agent/docker/json_fields.hpp"

#include <fmt/format.h>

namespace agent::docker {

base::Result<Json> parse_answer(std::string_view text, std::string_view what) {
  auto document = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return base::Error{base::ErrorCode::io,
                       fmt::format("the engine's answer to {} is not JSON", what)};
  }
  return document;
}

const Json& child(const Json& object, const char* key) {
  static const Json nothing;
  if (!object.is_object()) {
    return nothing;
  }
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

const Json& elements_of(const Json& object, const char* key) {
  static const Json empty = Json::array();
  const Json& value = child(object, key);
  return value.is_array() ? value : empty;
}

const Json& fields_of(const Json& object, const char* key) {
  static const Json empty = Json::object();
  const Json& value = child(object, key);
  return value.is_object() ? value : empty;
}

std::string text_of(const Json& object, const char* key) {
  const Json& value = child(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool flag_of(const Json& object, const char* key) {
  const Json& value = child(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::optional<base::WallTime> time_of(const Json& object, const char* key) {
  const auto text = text_of(object, key);
  if (text.empty() || text.starts_with("0001-")) {  // Go's zero time: never.
    return std::nullopt;
  }
  const auto time = base::parse_time(text);
  return time ? std::optional(*time) : std::nullopt;
}

std::map<std::string, std::string> text_map_of(const Json& object, const char* key) {
  std::map<std::string, std::string> map;
  for (const auto& [name, entry] : fields_of(object, key).items()) {
    map.emplace(name, entry.is_string() ? entry.get<std::string>() : std::string());
  }
  return map;
}

std::vector<std::string> text_list_of(const Json& object, const char* key) {
  std::vector<std::string> list;
  for (const auto& entry : elements_of(object, key)) {
    if (entry.is_string()) {
      list.push_back(entry.get<std::string>());
    }
  }
  return list;
}

std::vector<std::string> keys_of(const Json& object, const char* key) {
  std::vector<std::string> keys;
  for (const auto& [name, entry] : fields_of(object, key).items()) {
    keys.push_back(name);
  }
  return keys;
}

}  // namespace agent::docker
