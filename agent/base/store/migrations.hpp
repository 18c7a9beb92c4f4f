#pragma once

#include "agent/base/store/database.hpp"

#include <span>
#include <string_view>

namespace base::store {

// One step of a schema's history. Once released, neither its place nor its text ever changes.
struct Migration {
  int version;            // 1, 2, 3, … without a gap.
  std::string_view name;  // For people: "sessions".
  std::string_view sql;
};

// Brings the tables of one module to their newest version, each step in a transaction of its own.
// Several modules share a file, each under its own `module` name. Errors: conflict with the reason
// "newer_database" when a newer program has written the file; nothing is changed then.
Status migrate(Database& database, std::string_view module, std::span<const Migration> migrations);

}  // namespace base::store
