#include "agent/api/settings_views.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace agent::api {
namespace {

using base::data::Json;

std::string_view name_of(config::Origin origin) {
  switch (origin) {
    case config::Origin::none:
      return "none";
    case config::Origin::admin:
      return "admin";
    case config::Origin::generated:
      return "generated";
    case config::Origin::manifest:
      return "manifest";
    case config::Origin::fallback:
      return "default";
  }
  return "none";
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json version_of(const std::optional<journal::SettingsVersion>& version) {
  return version ? Json(version->value) : Json(nullptr);
}

Json to_json(const std::optional<config::FormTest>& test) {
  return test ? Json{{"title", test->title}, {"on_save", test->on_save}} : Json(nullptr);
}

Json to_json(const config::FormChoice& choice) {
  return {{"name", choice.name},
          {"title", choice.title},
          {"value", choice.value},
          {"default", choice.default_value},
          {"origin", name_of(choice.origin)},
          {"recommended", choice.recommended},
          {"visible", choice.visible}};
}

Json to_json(const config::FormFile& file);
Json to_json(const config::FormItem& item);
Json to_json(const config::FormGroup& group);
using agent::api::to_json;  // Of what the header declares, too.

template <typename Value>
Json list_of(const std::vector<Value>& values) {
  auto list = Json::array();
  for (const auto& value : values) {
    list.push_back(to_json(value));
  }
  return list;
}

Json to_json(const config::FormFile& file) {
  return {{"name", file.name}, {"size", file.size}};
}

Json to_json(const config::FormItem& item) {
  return {{"name", item.name},
          {"type", manifest::name_of(item.type)},
          {"title", item.title},
          {"help_text", item.help_text},
          {"value", or_null(item.value)},
          {"values", item.multi_value},
          {"default", item.default_value},
          {"files", list_of(item.files)},
          {"origin", name_of(item.origin)},
          {"has_value", item.has_value},
          {"secret", item.secret},
          {"visible", item.visible},
          {"hidden", item.hidden},
          {"readonly", item.readonly},
          {"write_once", item.write_once},
          {"locked", item.locked},
          {"required", item.required},
          {"recommended", item.recommended},
          {"multiple", item.multiple},
          {"excluded_from_support", item.excluded_from_support},
          {"affix", item.affix.empty() ? Json(nullptr) : Json(item.affix)},
          {"properties", item.properties},
          {"test", to_json(item.test)},
          {"choices", list_of(item.choices)}};
}

Json to_json(const config::FormGroup& group) {
  return {{"name", group.name},
          {"title", group.title},
          {"description", group.description},
          {"visible", group.visible},
          {"test", to_json(group.test)},
          {"items", list_of(group.items)}};
}

Json saved_fields(const journal::StoredSettings& saved) {
  return {{"version", saved.version.value},
          {"saved_at", base::format_time(saved.created)},
          {"author", saved.author}};
}

}  // namespace

Json to_json(const std::vector<config::SettingError>& errors) {
  auto list = Json::array();
  for (const auto& error : errors) {
    list.push_back({{"item", error.item}, {"code", error.code}, {"message", error.message}});
  }
  return list;
}

Json to_json(const SettingsView& view) {
  Json json{{"version", nullptr}, {"saved_at", nullptr}, {"author", nullptr}};
  if (view.saved) {
    json = saved_fields(*view.saved);
  }
  json["running_version"] = version_of(view.running);
  json["apply_needed"] = view.apply_needed;
  json["groups"] = list_of(view.groups);
  json["errors"] = to_json(view.errors);
  json["warnings"] = to_json(view.warnings);
  return json;
}

Json to_json(const SettingsSaved& saved) {
  return {{"version", saved.version.value},
          {"changed", saved.changed},
          {"apply_needed", saved.apply_needed},
          {"operation", saved.operation ? Json(saved.operation->value) : Json(nullptr)},
          {"warnings", to_json(saved.warnings)}};
}

Json to_json(const std::vector<config::SettingDifference>& changes) {
  auto list = Json::array();
  for (const auto& change : changes) {
    list.push_back({{"item", change.item},
                    {"secret", change.secret},
                    {"before", or_null(change.before)},
                    {"after", or_null(change.after)}});
  }
  return list;
}

Json to_json(const config::TestResult& result) {
  return {{"group", result.target.group},
          {"item", result.target.item.empty() ? Json(nullptr) : Json(result.target.item)},
          {"title", result.title},
          {"status", config::name_of(result.status)},
          {"message", result.message},
          {"hint", result.hint}};
}

Json to_json(const std::vector<config::TestResult>& results) {
  return list_of(results);
}

Json to_json(const SettingsHistoryEntry& entry) {
  auto json = saved_fields(entry.saved);
  json["changes"] = to_json(entry.changes);
  return json;
}

}  // namespace agent::api
