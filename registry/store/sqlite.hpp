#pragma once

#include "registry/store/sql_connection.hpp"

#include <filesystem>

namespace registry::store {

// SQLite in one file, created when missing; its folder must exist.
std::unique_ptr<SqlDatabase> sqlite_database(std::filesystem::path file);

}  // namespace registry::store
