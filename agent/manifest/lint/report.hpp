#pragma once
// Results as others read them.

#include "agent/base/data/json.hpp"
#include "agent/manifest/lint/linter.hpp"

#include <string>
#include <vector>

namespace agent::manifest::lint {

// [{"rule","type","message","positions":[{"path","start":{"position","line","column"},"end"}]}]
base::data::Json to_json(const std::vector<Result>& results);

// "FILE:LINE:COLUMN: error: message (rule)", lines and columns from 1; then how many there are.
std::string to_text(const std::string& file, const std::vector<Result>& results);

// A test suite with one failed case per result, or one case that passed.
std::string to_junit(const std::string& file, const std::vector<Result>& results);

// SARIF 2.1.0
base::data::Json to_sarif(const std::string& file, const std::vector<Result>& results);

bool has_error(const std::vector<Result>& results);

}  // namespace agent::manifest::lint
