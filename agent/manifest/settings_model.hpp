#pragma once
// Groups and items of the settings screen, and the commands that make values for them.

#include "agent/manifest/scalars.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest {

enum class ItemType {
  text,
  textarea,
  password,
  boolean,
  select_one,
  select_many,
  select,
  file,
  label,
  heading,
};

std::optional<ItemType> parse_item_type(std::string_view name);
std::string_view name_of(ItemType type) noexcept;

// Element `value_at` of what command `name` gives.
struct CommandReference {
  Text name;
  std::size_t value_at = 0;
};

struct ChildItem {
  Text name;
  Text title;
  Text default_value;
  Text value;
  Text when;
  bool recommended = false;
};

struct Item {
  Text name;
  Text title;
  Text help_text;
  ItemType type = ItemType::text;
  Text default_value;
  Text value;
  std::vector<Text> multi_value;
  std::optional<CommandReference> default_command;
  std::optional<CommandReference> value_command;
  std::optional<CommandReference> data_command;
  Text when;
  Text affix;
  bool required = false;
  bool recommended = false;
  bool readonly = false;
  bool write_once = false;
  bool hidden = false;
  bool multiple = false;
  bool excluded_from_support = false;
  std::optional<base::data::YamlNode> properties;
  std::optional<base::data::YamlNode> test_procedure;
  std::vector<ChildItem> items;  // select_one, select_many and select only.
};

struct Group {
  Text name;
  Text title;
  Text description;
  Text when;
  std::optional<base::data::YamlNode> test_procedure;
  std::vector<Item> items;
};

// `cmds`: run when a release is taken in. Never templated.
struct ValueCommand {
  Text name;
  Text command;
  std::vector<Text> arguments;
  Text timeout;                // Of raw.
  bool readonly_root = false;  // Of raw.
};

}  // namespace agent::manifest
