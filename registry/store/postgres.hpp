#pragma once

#include "agent/base/core/secret.hpp"
#include "registry/store/sql_connection.hpp"

#include <string>

namespace registry::store {

struct PostgresAddress {
  std::string url;        // postgres://USER@HOST:PORT/DATABASE?…, or libpq's key=value form.
  base::Secret password;  // Used when the address has none.
};

// PostgreSQL through libpq. Connects within five seconds or fails with unavailable; the password
// never occurs in an error.
std::unique_ptr<SqlDatabase> postgres_database(PostgresAddress address);

}  // namespace registry::store
