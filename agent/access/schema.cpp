#include "agent/access/schema.hpp"

#include "agent/base/store/migrations.hpp"

#include <array>

namespace agent::access {
namespace {

// Times are milliseconds since 1970, UTC.
constexpr std::array k_migrations{base::store::Migration{1, "codes, sessions, audit", R"sql(
      CREATE TABLE access_code (
        id         INTEGER PRIMARY KEY,
        hash       TEXT NOT NULL UNIQUE,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE access_session (
        id         INTEGER PRIMARY KEY,
        hash       TEXT NOT NULL UNIQUE,
        user       TEXT NOT NULL,
        role       TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        used_at    INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE access_audit (
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        time    INTEGER NOT NULL,
        event   TEXT NOT NULL,
        actor   TEXT NOT NULL,
        address TEXT NOT NULL,
        detail  TEXT NOT NULL
      ) STRICT;
    )sql"}};

}  // namespace

base::Status prepare_schema(base::store::Database& database) {
  return base::store::migrate(database, "access", k_migrations);
}

}  // namespace agent::access
