#include "agent/journal/schema.hpp"

#include <array>

namespace agent::journal {
namespace {

// Times are RFC 3339 text: a support engineer reads this file with the sqlite3 shell. Columns named
// `sealed` hold envelopes of base::crypto::SealingKey.
constexpr std::string_view k_first = R"sql(
CREATE TABLE journal_manifests (
  id TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE journal_settings (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  created TEXT NOT NULL,
  author TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE journal_deployments (
  id TEXT PRIMARY KEY,
  app TEXT NOT NULL,
  version TEXT NOT NULL,
  created TEXT NOT NULL,
  author TEXT NOT NULL,
  sealed BLOB NOT NULL,
  manifest TEXT REFERENCES journal_manifests(id),
  settings INTEGER REFERENCES journal_settings(version)
) STRICT;

CREATE TABLE journal_operations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  target TEXT REFERENCES journal_deployments(id),
  previous TEXT REFERENCES journal_deployments(id),
  purge INTEGER NOT NULL,
  author TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  started TEXT NOT NULL,
  ended TEXT,
  error_code TEXT,
  error_reason TEXT,
  error_message TEXT,
  error_hint TEXT
) STRICT;
CREATE UNIQUE INDEX journal_one_unfinished ON journal_operations ((1))
  WHERE state IN ('running', 'reverting');

CREATE TABLE journal_steps (
  operation INTEGER NOT NULL REFERENCES journal_operations(id),
  attempt INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  started TEXT,
  ended TEXT,
  error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (operation, attempt, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_log (
  id INTEGER PRIMARY KEY,
  operation INTEGER NOT NULL REFERENCES journal_operations(id),
  time TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX journal_log_by_operation ON journal_log (operation, id);

CREATE TABLE journal_decisions (
  id INTEGER PRIMARY KEY,
  component TEXT NOT NULL,
  time TEXT NOT NULL,
  text TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX journal_decisions_by_component ON journal_decisions (component, id);

CREATE TABLE journal_filled_volumes (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- One row: what the host should run.
CREATE TABLE journal_installation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  deployment TEXT REFERENCES journal_deployments(id)
) STRICT;
INSERT INTO journal_installation (one, deployment) VALUES (1, NULL);
)sql";

constexpr std::array k_migrations{
    base::store::Migration{.version = 1, .name = "operations and deployments", .sql = k_first}};

}  // namespace

std::span<const base::store::Migration> schema() noexcept {
  return k_migrations;
}

}  // namespace agent::journal
