#pragma once
// Values of settings in the original's JSON, as an export writes it and an import reads it:
//   {"hostname": {"value": "app.example"}, "ca_file": {"value": "ca.pem", "data": "<base64>"}}

#include "agent/base/core/result.hpp"
#include "agent/config/settings.hpp"

#include <string_view>

namespace agent::config {

// A value that is a plain text stands for {"value": text}. Errors: invalid_input.
base::Result<Changes> changes_from_export(std::string_view text);

}  // namespace agent::config
