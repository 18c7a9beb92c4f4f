#pragma once
// Settings as JSON of openapi.yaml. Nothing of a secret but whether there is one.

#include "agent/api/settings_desk.hpp"
#include "agent/base/data/json.hpp"

namespace agent::api {

base::data::Json to_json(const SettingsView& view);
base::data::Json to_json(const SettingsSaved& saved);
base::data::Json to_json(const config::TestResult& result);
base::data::Json to_json(const std::vector<config::TestResult>& results);
base::data::Json to_json(const SettingsHistoryEntry& entry);
base::data::Json to_json(const std::vector<config::SettingDifference>& changes);
base::data::Json to_json(const std::vector<config::SettingError>& errors);

}  // namespace agent::api
