#pragma once

#include "registry/store/sql_connection.hpp"

namespace registry::store {

// Brings the tables to their newest version, each step in a transaction of its own. Errors:
// conflict with the reason "newer_database" when a newer program has written them.
base::Status migrate_schema(SqlDatabase& database);

}  // namespace registry::store
