#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/store/database.hpp"

namespace agent::access {

// Brings the tables of this folder to their newest version.
base::Status prepare_schema(base::store::Database& database);

}  // namespace agent::access
