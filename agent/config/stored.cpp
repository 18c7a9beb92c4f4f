#include "agent/base/crypto/encoding.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/data/json_reader.hpp"
#include "agent/config/settings.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace agent::config {
namespace {

enum class Encoding { text, base64 };  // Contents of files may be any bytes.

struct Field {
  const char* key;
  std::optional<std::string> StoredItem::*member;
  Encoding encoding;
};
constexpr std::array<Field, 5> k_fields = {
    {{"value", &StoredItem::value, Encoding::text},
     {"data", &StoredItem::data, Encoding::base64},
     {"generated_value", &StoredItem::generated_value, Encoding::text},
     {"generated_data", &StoredItem::generated_data, Encoding::base64},
     {"generated_default", &StoredItem::generated_default, Encoding::text}}};

std::vector<std::string> decoded(base::data::JsonReader& reader, const char* key) {
  std::vector<std::string> all;
  for (const auto& text : reader.strings(key)) {
    auto bytes = base::crypto::base64_decode(text);
    if (!bytes) {
      reader.fail(key, "base64");
      continue;
    }
    all.push_back(*std::move(bytes));
  }
  return all;
}

void read_item(base::data::JsonReader& reader, StoredItem& item) {
  item.multi_value = reader.strings("multi_value");
  item.multi_data = decoded(reader, "multi_data");
  for (const auto& field : k_fields) {
    auto text = reader.optional_string(field.key);
    if (text && field.encoding == Encoding::base64) {
      auto bytes = base::crypto::base64_decode(*text);
      if (!bytes) {
        reader.fail(field.key, "base64");
        continue;
      }
      text = *std::move(bytes);
    }
    item.*field.member = std::move(text);
  }
}

}  // namespace

std::string to_json(const StoredSettings& stored) {
  auto items = base::data::Json::object();
  for (const auto& [name, item] : stored.items) {
    auto object = base::data::Json::object();
    for (const auto& [key, member, encoding] : k_fields) {
      if (const auto& value = item.*member) {
        object[key] = encoding == Encoding::base64 ? base::crypto::base64_encode(*value) : *value;
      }
    }
    if (!item.multi_value.empty()) {
      object["multi_value"] = item.multi_value;
    }
    for (const auto& data : item.multi_data) {
      object["multi_data"].push_back(base::crypto::base64_encode(data));
    }
    items[name] = std::move(object);
  }
  return base::data::canonical({{"release", stored.release}, {"items", std::move(items)}});
}

base::Result<StoredSettings> stored_from_json(std::string_view text) {
  constexpr base::data::JsonLimits k_limits{.max_bytes = std::size_t{64} << 20U, .max_depth = 8};
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(text, k_limits));
  StoredSettings stored;
  base::data::JsonReader reader(json, "$");
  stored.release = reader.string("release");
  reader.allow_only({"release", "items"});
  reader.object("items", [&](base::data::JsonReader& items) {
    for (const auto& [name, value] : json["items"].items()) {
      items.object(name, [&, item_name = name](base::data::JsonReader& item) {
        read_item(item, stored.items[item_name]);
      });
    }
  });
  BASE_TRY(reader.finish());
  return stored;
}

}  // namespace agent::config
