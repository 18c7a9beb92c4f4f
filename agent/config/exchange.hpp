#pragma once
// Settings in the original's JSON, as its `app-config export` writes and its import reads them:
// {"item": {"value": "…", "data": "<base64>", "multi_value": […], "multi_data": […]}}. Every value
// is text.

#include "agent/base/data/json.hpp"
#include "agent/config/settings.hpp"
#include "agent/manifest/document.hpp"

#include <string_view>

namespace agent::config {

struct ExportScope {
  bool hidden = false;   // Items with `hidden`.
  bool secrets = false;  // Passwords, and what was generated in their place.
};

// What is in force, defaults too, of all items that have a value.
base::data::Json export_settings(const manifest::Manifest& manifest,
                                 const ResolvedSettings& settings,
                                 const ExportScope& scope);

// An item that is null goes back to its default; a plain text stands for {"value": text}. Errors:
// invalid_input naming the item.
base::Result<Changes> changes_from_json(const base::data::Json& items);
base::Result<Changes> changes_from_export(std::string_view text);

}  // namespace agent::config
