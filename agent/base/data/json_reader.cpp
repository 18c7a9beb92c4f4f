#include "agent/base/data/json_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace base::data {

JsonReader::JsonReader(const Json& object, std::string path)
    : object_(object), path_(std::move(path)) {
  if (!object_.is_object()) {
    fault_ = Error{ErrorCode::invalid_input, fmt::format("{}: expected an object", path_)};
  }
}

std::string JsonReader::path_of(std::string_view key) const {
  return fmt::format("{}.{}", path_, key);
}

void JsonReader::fail(std::string_view key, std::string_view expected) {
  if (!fault_) {
    fault_ =
        Error{ErrorCode::invalid_input, fmt::format("{}: expected {}", path_of(key), expected)};
  }
}

const Json* JsonReader::find(std::string_view key) {
  if (!object_.is_object()) {
    return nullptr;
  }
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> JsonReader::optional_string(std::string_view key) {
  const auto* value = find(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_string()) {
    fail(key, "a string");
    return std::nullopt;
  }
  return value->get<std::string>();
}

std::optional<std::int64_t> JsonReader::optional_integer(std::string_view key) {
  const auto* value = find(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  // The library would hand over what is beyond 63 bits as a negative number.
  if (!value->is_number_integer() ||
      (value->is_number_unsigned() &&
       value->get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})) {
    fail(key, "a whole number");
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::optional<double> JsonReader::optional_number(std::string_view key) {
  const auto* value = find(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_number()) {
    fail(key, "a number");
    return std::nullopt;
  }
  return value->get<double>();
}

std::optional<bool> JsonReader::optional_boolean(std::string_view key) {
  const auto* value = find(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_boolean()) {
    fail(key, "true or false");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::string JsonReader::string(std::string_view key) {
  auto value = optional_string(key);
  if (!value) {
    fail(key, "a string");
  }
  return std::move(value).value_or("");
}

std::int64_t JsonReader::integer(std::string_view key) {
  const auto value = optional_integer(key);
  if (!value) {
    fail(key, "a whole number");
  }
  return value.value_or(0);
}

double JsonReader::number(std::string_view key) {
  const auto value = optional_number(key);
  if (!value) {
    fail(key, "a number");
  }
  return value.value_or(0);
}

bool JsonReader::boolean(std::string_view key) {
  const auto value = optional_boolean(key);
  if (!value) {
    fail(key, "true or false");
  }
  return value.value_or(false);
}

std::vector<std::string> JsonReader::strings(std::string_view key) {
  std::vector<std::string> result;
  const auto* value = find(key);
  if (value == nullptr) {
    return result;
  }
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), [](const Json& item) {
        return item.is_string();
      })) {
    fail(key, "a list of strings");
    return result;
  }
  for (const auto& item : *value) {
    result.push_back(item.get<std::string>());
  }
  return result;
}

void JsonReader::adopt(JsonReader& inner) {
  if (!fault_) {
    fault_ = std::move(inner.fault_);
  }
}

void JsonReader::object(std::string_view key, const std::function<void(JsonReader&)>& read) {
  const auto* value = find(key);
  if (value == nullptr) {
    return;
  }
  JsonReader inner(*value, path_of(key));
  read(inner);
  adopt(inner);
}

void JsonReader::objects(std::string_view key, const std::function<void(JsonReader&)>& read) {
  const auto* value = find(key);
  if (value == nullptr) {
    return;
  }
  if (!value->is_array()) {
    fail(key, "a list");
    return;
  }
  for (std::size_t index = 0; index < value->size(); ++index) {
    JsonReader inner((*value)[index], fmt::format("{}[{}]", path_of(key), index));
    read(inner);
    adopt(inner);
  }
}

void JsonReader::allow_only(std::initializer_list<std::string_view> keys) {
  if (!object_.is_object()) {
    return;
  }
  for (const auto& [key, value] : object_.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      fault_ = fault_
                   ? std::move(fault_)
                   : Error{ErrorCode::invalid_input, fmt::format("{}: unknown key", path_of(key))};
    }
  }
}

Status JsonReader::finish() {
  return fault_ ? Status(std::move(*fault_)) : ok();
}

}  // namespace base::data
