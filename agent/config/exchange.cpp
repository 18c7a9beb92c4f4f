#include "agent/config/exchange.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/data/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace agent::config {
namespace {

using base::data::Json;
using base::data::JsonReader;
using manifest::ItemType;

bool is_empty(const ResolvedItem& item) {
  return item.value.empty() && item.data.empty() && item.multi_value.empty() &&
         item.multi_data.empty();
}

Json to_exchange(const ResolvedItem& item) {
  Json object{{"value", item.value}};
  if (!item.data.empty()) {
    object["data"] = base::crypto::base64_encode(item.data);
  }
  if (!item.multi_value.empty()) {
    object["multi_value"] = item.multi_value;
  }
  for (const auto& data : item.multi_data) {
    object["multi_data"].push_back(base::crypto::base64_encode(data));
  }
  return object;
}

std::string decoded(JsonReader& reader, const char* key, const std::string& text) {
  auto bytes = base::crypto::base64_decode(text);
  if (!bytes) {
    reader.fail(key, "base64");
    return {};
  }
  return *std::move(bytes);
}

Change read_change(JsonReader& reader) {
  reader.allow_only({"value", "data", "multi_value", "multi_data"});
  Change change{.value = reader.optional_string("value"),
                .multi_value = reader.strings("multi_value")};
  // The original writes an empty text where there are no contents.
  if (const auto data = reader.optional_string("data"); data && !data->empty()) {
    change.data = decoded(reader, "data", *data);
  }
  for (const auto& text : reader.strings("multi_data")) {
    change.multi_data.push_back(decoded(reader, "multi_data", text));
  }
  return change;
}

}  // namespace

Json export_settings(const manifest::Manifest& manifest,
                     const ResolvedSettings& settings,
                     const ExportScope& scope) {
  auto items = Json::object();
  const auto add = [&](const std::string& name) {
    const auto found = settings.items.find(name);
    if (found == settings.items.end() || is_empty(found->second) ||
        (found->second.secret && !scope.secrets)) {
      return;
    }
    items[name] = to_exchange(found->second);
  };
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      const bool has_none = item.type == ItemType::label || item.type == ItemType::heading;
      if (has_none || (item.hidden && !scope.hidden)) {
        continue;
      }
      if (item.type != ItemType::select_many) {
        add(item.name.value);
        continue;
      }
      for (const auto& child : item.items) {
        add(child.name.value);
      }
    }
  }
  return items;
}

base::Result<Changes> changes_from_json(const Json& items) {
  if (!items.is_object()) {
    return base::Error{base::ErrorCode::invalid_input,
                       "settings: expected an object of items by name"};
  }
  Changes changes;
  JsonReader reader(items, "settings");
  for (const auto& [name, value] : items.items()) {
    auto& change = changes[name];
    if (value.is_string()) {
      change.value = value.get<std::string>();
    } else if (!value.is_null()) {
      reader.object(name, [&](JsonReader& item) { change = read_change(item); });
    }
  }
  BASE_TRY(reader.finish());
  return changes;
}

base::Result<Changes> changes_from_export(std::string_view text) {
  constexpr base::data::JsonLimits k_limits{.max_bytes = std::size_t{64} << 20U, .max_depth = 8};
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(text, k_limits));
  return changes_from_json(json);
}

}  // namespace agent::config
