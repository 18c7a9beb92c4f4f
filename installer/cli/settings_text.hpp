#pragma once
// Settings, as the API gives them, for a person at a terminal.

#include "agent/base/data/json.hpp"

#include <string>

namespace installer::cli {

using base::data::Json;

// An item, or a choice of a select_many, which is a setting of its own; nullptr when there is none.
const Json* find_setting(const Json& settings, const std::string& name);

// Its value, or in place of a secret whether there is one.
std::string value_text(const Json& item);
// `group` empty: all.
std::string settings_text(const Json& settings, const std::string& group);
std::string saved_text(const Json& saved);
std::string changes_text(const Json& changes);
std::string test_text(const Json& result);  // Without the last line's end.
std::string versions_text(const Json& versions);

}  // namespace installer::cli
