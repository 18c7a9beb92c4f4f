#include "agent/config/difference.hpp"

#include <set>
#include <utility>

namespace agent::config {
namespace {

using manifest::ItemType;

// Names of all that may be shown.
std::set<std::string, std::less<>> open_items(const manifest::Manifest& manifest) {
  std::set<std::string, std::less<>> names;
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      const bool generated = item.value_command && item.hidden;
      if (item.type != ItemType::password && !generated) {
        names.insert(item.name.value);
      }
      for (const auto& child : item.items) {
        names.insert(child.name.value);
      }
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& values) {
  std::string all;
  for (const auto& value : values) {
    all += (all.empty() ? "" : ", ") + value;
  }
  return all;
}

std::optional<std::string> shown(const StoredItem* item) {
  if (item == nullptr) {
    return std::nullopt;
  }
  if (!item->value && !item->multi_value.empty()) {
    return joined(item->multi_value);
  }
  for (const auto& value : {item->value, item->generated_value, item->generated_default}) {
    if (value) {
      return value;
    }
  }
  return std::string();
}

const StoredItem* find(const StoredSettings& settings, const std::string& name) {
  const auto found = settings.items.find(name);
  return found == settings.items.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<SettingDifference> difference(const manifest::Manifest& manifest,
                                          const StoredSettings& before,
                                          const StoredSettings& after) {
  const auto open = open_items(manifest);
  std::set<std::string> names;
  for (const auto* side : {&before, &after}) {
    for (const auto& each : side->items) {
      names.insert(each.first);
    }
  }
  std::vector<SettingDifference> differences;
  for (const auto& name : names) {
    const auto* was = find(before, name);
    const auto* is = find(after, name);
    if (was != nullptr && is != nullptr && *was == *is) {
      continue;
    }
    SettingDifference one{.item = name, .secret = !open.contains(name)};
    if (!one.secret) {
      one.before = shown(was);
      one.after = shown(is);
    }
    differences.push_back(std::move(one));
  }
  return differences;
}

}  // namespace agent::config
