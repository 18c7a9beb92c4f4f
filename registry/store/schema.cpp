#include "registry/store/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;

// Step n brings version n to n + 1. A released step never changes.
//
// `head` holds the small facts of a package that change together (tags, owners, stars); the
// manifests are rows of their own, so that a publish writes one version and not all. A removed
// version keeps its row, emptied: its time stays in documents and its name is never used again.
constexpr std::array<std::string_view, 5> k_steps = {R"sql(
CREATE TABLE packages (
  name TEXT PRIMARY KEY,
  revision BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  head TEXT NOT NULL,
  readme TEXT NOT NULL,
  readme_file TEXT NOT NULL,
  unpublished BIGINT NOT NULL,
  search_text TEXT NOT NULL,
  summary TEXT NOT NULL
);
CREATE INDEX packages_by_sequence ON packages (sequence);
CREATE TABLE versions (
  package TEXT NOT NULL,
  version TEXT NOT NULL,
  position BIGINT NOT NULL,
  published BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  manifest TEXT NOT NULL,
  manifest_base BIGINT NOT NULL,
  abbreviated TEXT NOT NULL,
  abbreviated_base BIGINT NOT NULL,
  deprecated TEXT NOT NULL,
  tarball TEXT NOT NULL,
  blob TEXT NOT NULL,
  integrity TEXT NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (package, version)
);
CREATE TABLE users (
  name TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  email TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE TABLE tokens (
  digest TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  user_name TEXT NOT NULL,
  label TEXT NOT NULL,
  hint TEXT NOT NULL,
  read_only BIGINT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT
);
CREATE INDEX tokens_by_user ON tokens (user_name);
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('sequence', 0);
)sql",
                                                     R"sql(
CREATE INDEX versions_by_blob ON versions (blob) WHERE removed = 0;
)sql",
                                                     R"sql(
ALTER TABLE users ADD COLUMN administrator BIGINT NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN restricted BIGINT NOT NULL DEFAULT 0;
CREATE TABLE organizations (
  name TEXT PRIMARY KEY,
  created BIGINT NOT NULL
);
CREATE TABLE organization_members (
  organization TEXT NOT NULL,
  user_name TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (organization, user_name)
);
CREATE INDEX organization_members_by_user ON organization_members (user_name);
CREATE TABLE teams (
  organization TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  PRIMARY KEY (organization, name)
);
CREATE TABLE team_members (
  organization TEXT NOT NULL,
  team TEXT NOT NULL,
  user_name TEXT NOT NULL,
  PRIMARY KEY (organization, team, user_name)
);
CREATE INDEX team_members_by_user ON team_members (user_name);
CREATE TABLE team_packages (
  organization TEXT NOT NULL,
  team TEXT NOT NULL,
  package TEXT NOT NULL,
  writes BIGINT NOT NULL,
  PRIMARY KEY (organization, team, package)
);
CREATE INDEX team_packages_by_package ON team_packages (package);
)sql",
                                                     R"sql(
ALTER TABLE tokens ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN limits TEXT NOT NULL DEFAULT '';
CREATE TABLE web_requests (
  page TEXT PRIMARY KEY,
  poll TEXT NOT NULL UNIQUE,
  user_name TEXT NOT NULL,
  client TEXT NOT NULL,
  program TEXT NOT NULL,
  expires BIGINT NOT NULL
);
)sql",
                                                     R"sql(
ALTER TABLE users ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN second_factor TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN second_factor_mode TEXT NOT NULL DEFAULT '';
ALTER TABLE web_requests ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE TABLE audit_log (
  position BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  user_name TEXT NOT NULL,
  token TEXT NOT NULL,
  client TEXT NOT NULL,
  action TEXT NOT NULL,
  package TEXT NOT NULL,
  organization TEXT NOT NULL,
  status BIGINT NOT NULL
);
CREATE INDEX audit_log_by_package ON audit_log (package, position);
INSERT INTO counters (name, value) VALUES ('audit', 0);
CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,
  public_key TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT
);
)sql"};

base::Result<std::int64_t> schema_version(SqlConnection& connection) {
  const auto create = [&] {
    return connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version"
        " (one BIGINT PRIMARY KEY, version BIGINT NOT NULL);"
        "INSERT INTO schema_version (one, version) VALUES (1, 0) ON CONFLICT DO NOTHING");
  };
  // PostgreSQL looks first and creates then: of two replicas that start at once one may meet the
  // other's table in between. It is there for the second try.
  if (auto created = create(); !created) {
    if (created.error().code != ErrorCode::conflict) {
      return std::move(created).error();
    }
    BASE_TRY(create());
  }
  BASE_TRY_ASSIGN(const auto rows,
                  connection.query("SELECT version FROM schema_version WHERE one = 1", "i", {}));
  return rows.empty() ? 0 : integer(rows[0][0]);
}

// The version is raised first and only if nobody else did, so that of two replicas that start at
// once one runs the step and the other waits for it.
base::Status run_step(SqlConnection& connection, std::int64_t from) {
  BASE_TRY_ASSIGN(const auto raised,
                  connection.query("UPDATE schema_version SET version = version + 1 "
                                   "WHERE one = 1 AND version = $1 RETURNING version",
                                   "i",
                                   {from}));
  return raised.empty() ? base::ok() : connection.execute(k_steps[static_cast<std::size_t>(from)]);
}

}  // namespace

base::Status migrate_schema(SqlDatabase& database) {
  constexpr auto k_newest = static_cast<std::int64_t>(k_steps.size());
  BASE_TRY_ASSIGN(const auto connection, database.connect());
  BASE_TRY_ASSIGN(std::int64_t version, schema_version(*connection));
  if (version > k_newest) {
    return Error{
        ErrorCode::conflict,
        fmt::format("the database is at version {}, and this program knows {}", version, k_newest),
        "Run the newer program, or restore a backup made before it ran.",
        "newer_database"};
  }
  for (; version < k_newest; ++version) {
    BASE_TRY(connection->execute("BEGIN"));
    auto done = run_step(*connection, version);
    if (done) {
      done = connection->execute("COMMIT");
    }
    if (!done) {
      static_cast<void>(connection->execute("ROLLBACK"));
      return std::move(done).error().with_context(
          fmt::format("bring the database to version {}", version + 1));
    }
  }
  return base::ok();
}

}  // namespace registry::store
