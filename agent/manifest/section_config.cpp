#include "agent/manifest/sections.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace agent::manifest {
namespace {

constexpr std::array<std::pair<std::string_view, ItemType>, 10> k_types = {
    {{"text", ItemType::text},
     {"textarea", ItemType::textarea},
     {"password", ItemType::password},
     {"bool", ItemType::boolean},
     {"select_one", ItemType::select_one},
     {"select_many", ItemType::select_many},
     {"select", ItemType::select},
     {"file", ItemType::file},
     {"label", ItemType::label},
     {"heading", ItemType::heading}}};

std::optional<CommandReference> read_reference(MapReader& reader, std::string_view key) {
  std::optional<CommandReference> reference;
  reader.map(key, [&](MapReader& inner) {
    reference.emplace();
    reference->name = inner.text("name");
    const auto at = inner.text("value_at");
    const auto number = parse_unsigned(at.value);
    reference->value_at = number.value_or(0);
  });
  return reference;
}

ChildItem read_child(MapReader& reader) {
  ChildItem child;
  child.name = reader.text("name");
  child.title = reader.text("title");
  child.default_value = reader.text("default");
  child.value = reader.text("value");
  child.when = reader.text("when");
  child.recommended = reader.boolean("recommended");
  return child;
}

Item read_item(MapReader& reader) {
  Item item;
  item.name = reader.text("name");
  item.title = reader.text("title");
  item.help_text = reader.text("help_text");
  item.type = parse_item_type(reader.text("type").value).value_or(ItemType::text);
  item.default_value = reader.text("default");
  item.value = reader.text("value");
  item.multi_value = reader.texts("multi_value");
  item.default_command = read_reference(reader, "default_cmd");
  item.value_command = read_reference(reader, "value_cmd");
  item.data_command = read_reference(reader, "data_cmd");
  item.when = reader.text("when");
  item.affix = reader.text("affix");
  item.required = reader.boolean("required");
  item.recommended = reader.boolean("recommended");
  item.readonly = reader.boolean("readonly");
  item.write_once = reader.boolean("write_once");
  item.hidden = reader.boolean("hidden");
  item.multiple = reader.boolean("multiple");
  item.excluded_from_support = reader.boolean("is_excluded_from_support");
  item.properties = reader.any("props");
  item.test_procedure = reader.any("test_proc");
  reader.maps("items", [&](MapReader& inner) { item.items.push_back(read_child(inner)); });
  return item;
}

}  // namespace

std::optional<ItemType> parse_item_type(std::string_view name) {
  const auto* const found = std::find_if(
      k_types.begin(), k_types.end(), [&](const auto& type) { return type.first == name; });
  return found == k_types.end() ? std::nullopt : std::optional(found->second);
}

std::string_view name_of(ItemType type) noexcept {
  const auto* const found = std::find_if(
      k_types.begin(), k_types.end(), [&](const auto& entry) { return entry.second == type; });
  return found->first;
}

Group read_group(MapReader& reader) {
  Group group;
  group.name = reader.text("name");
  group.title = reader.text("title");
  group.description = reader.text("description");
  group.when = reader.text("when");
  group.test_procedure = reader.any("test_proc");
  reader.maps("items", [&](MapReader& inner) { group.items.push_back(read_item(inner)); });
  return group;
}

}  // namespace agent::manifest
