#include "agent/journal/journal.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "agent/journal/journal_state.hpp"
#include "agent/journal/schema.hpp"

#include <fmt/format.h>

namespace agent::journal {
namespace {

using base::store::Database;

// What a sealed value is bound to: its table and row.
std::string deployment_context(const std::string& id) {
  return "journal_deployments " + id;
}

std::string settings_context(std::int64_t version) {
  return fmt::format("journal_settings {}", version);
}

base::Error sealed_with_another_key(base::Error error) {
  error.message = "the stored value does not open with this key: " + error.message;
  error.hint = "Put the key that belongs to this state.db back into the keys folder.";
  error.reason = "sealed_with_another_key";
  return error;
}

}  // namespace

base::Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path,
                                                     const base::crypto::SealingKey& key,
                                                     const base::Clock& clock) {
  BASE_TRY_ASSIGN(auto database, Database::open(path));
  BASE_TRY(base::store::migrate(database, "journal", schema()));
  return std::unique_ptr<Journal>(
      new Journal(std::make_unique<State>(std::move(database), key, clock)));  // NOLINT
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::~Journal() = default;

base::Result<std::string> Journal::store_manifest(const std::string& text) {
  const auto id = base::crypto::sha256_hex(text);
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto insert,
                  database->prepare("INSERT OR IGNORE INTO journal_manifests VALUES (?, ?)"));
  BASE_TRY(insert.bind(1, id).bind(2, text).run());
  return id;
}

base::Result<std::string> Journal::manifest(const std::string& id) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto find, database->prepare("SELECT text FROM journal_manifests WHERE id = ?"));
  BASE_TRY_ASSIGN(const bool found, find.bind(1, id).step());
  if (!found) {
    return no_such("manifest", id);
  }
  return find.text(0);
}

base::Result<SettingsVersion> Journal::store_settings(const std::string& document,
                                                      const std::string& author) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, base::store::Transaction::begin(*database));
  BASE_TRY_ASSIGN(auto insert,
                  database->prepare(
                      "INSERT INTO journal_settings (created, author, sealed) VALUES (?, ?, x'')"));
  BASE_TRY(insert.bind(1, state_->now()).bind(2, author).run());
  // The row's number is part of what the seal is bound to, and known only from here on.
  const auto version = database->last_insert_id();
  BASE_TRY_ASSIGN(auto update,
                  database->prepare("UPDATE journal_settings SET sealed = ? WHERE version = ?"));
  BASE_TRY(update.bind_blob(1, state_->key.seal(document, settings_context(version)))
               .bind(2, version)
               .run());
  BASE_TRY(transaction.commit());
  return SettingsVersion{version};
}

namespace {

base::Result<StoredSettings> settings_in(const base::store::Statement& row,
                                         const base::crypto::SealingKey& key) {
  StoredSettings settings{.version = {row.integer(0)}, .author = row.text(2)};
  BASE_TRY_ASSIGN(settings.created, time_at(row, 1));
  auto opened = key.open(row.text(3), settings_context(settings.version.value));
  if (!opened) {
    return sealed_with_another_key(std::move(opened).error());
  }
  settings.document = *std::move(opened);
  return settings;
}

}  // namespace

base::Result<StoredSettings> Journal::settings(SettingsVersion version) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(
      auto find,
      database->prepare(
          "SELECT version, created, author, sealed FROM journal_settings WHERE version = ?"));
  BASE_TRY_ASSIGN(const bool found, find.bind(1, version.value).step());
  if (!found) {
    return no_such("settings version", fmt::format("{}", version.value));
  }
  return settings_in(find, state_->key);
}

base::Result<std::optional<StoredSettings>> Journal::latest_settings() {
  BASE_TRY_ASSIGN(auto latest, settings_history(1));
  return latest.empty() ? std::optional<StoredSettings>() : std::optional(std::move(latest[0]));
}

base::Result<std::vector<StoredSettings>> Journal::settings_history(int limit) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto list,
                  database->prepare("SELECT version, created, author, sealed FROM journal_settings "
                                    "ORDER BY version DESC LIMIT ?"));
  list.bind(1, std::int64_t{limit});
  std::vector<StoredSettings> history;
  for (;;) {
    BASE_TRY_ASSIGN(const bool found, list.step());
    if (!found) {
      return history;
    }
    BASE_TRY_ASSIGN(auto settings, settings_in(list, state_->key));
    history.push_back(std::move(settings));
  }
}

base::Status Journal::store_deployment(const StoredDeployment& deployment) {
  auto database = state_->database.lock();
  const auto sealed =
      state_->key.seal(deployment.document, deployment_context(deployment.id.value));
  BASE_TRY_ASSIGN(auto insert,
                  database->prepare("INSERT INTO journal_deployments VALUES "
                                    "(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                                    "manifest = excluded.manifest, settings = excluded.settings"));
  insert.bind(1, deployment.id.value)
      .bind(2, deployment.app)
      .bind(3, deployment.version)
      .bind(4, state_->now())
      .bind(5, deployment.author)
      .bind_blob(6, sealed);
  if (deployment.manifest_id.empty()) {
    insert.bind_null(7);
  } else {
    insert.bind(7, deployment.manifest_id);
  }
  if (deployment.settings) {
    insert.bind(8, deployment.settings->value);
  } else {
    insert.bind_null(8);
  }
  return insert.run();
}

base::Result<StoredDeployment> Journal::deployment(const DeploymentId& id) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto find,
                  database->prepare("SELECT app, version, created, author, sealed, manifest, "
                                    "settings FROM journal_deployments WHERE id = ?"));
  BASE_TRY_ASSIGN(const bool found, find.bind(1, id.value).step());
  if (!found) {
    return no_such("deployment", id.value);
  }
  StoredDeployment deployment{.id = id,
                              .app = find.text(0),
                              .version = find.text(1),
                              .author = find.text(3),
                              .manifest_id = find.text(5)};
  BASE_TRY_ASSIGN(deployment.created, time_at(find, 2));
  if (const auto version = find.optional_integer(6)) {
    deployment.settings = SettingsVersion{*version};
  }
  auto opened = state_->key.open(find.text(4), deployment_context(id.value));
  if (!opened) {
    return sealed_with_another_key(std::move(opened).error());
  }
  deployment.document = *std::move(opened);
  return deployment;
}

base::Result<std::optional<DeploymentId>> Journal::current_deployment() {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto find, database->prepare("SELECT deployment FROM journal_installation"));
  BASE_TRY_ASSIGN(const bool found, find.step());
  if (!found || find.is_null(0)) {
    return std::optional<DeploymentId>();
  }
  return std::optional(DeploymentId{find.text(0)});
}

base::Status Journal::mark_complete(const std::string& volume) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto insert,
                  database->prepare("INSERT OR IGNORE INTO journal_filled_volumes VALUES (?)"));
  return insert.bind(1, volume).run();
}

base::Status Journal::mark_incomplete(const std::string& volume) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto remove,
                  database->prepare("DELETE FROM journal_filled_volumes WHERE name = ?"));
  return remove.bind(1, volume).run();
}

base::Result<std::set<std::string>> Journal::complete_volumes() {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto list, database->prepare("SELECT name FROM journal_filled_volumes"));
  std::set<std::string> names;
  for (;;) {
    BASE_TRY_ASSIGN(const bool found, list.step());
    if (!found) {
      return names;
    }
    names.insert(list.text(0));
  }
}

base::Status Journal::record_decision(const std::string& component,
                                      const std::string& text,
                                      const std::string& reason) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, base::store::Transaction::begin(*database));
  BASE_TRY_ASSIGN(auto insert,
                  database->prepare("INSERT INTO journal_decisions (component, time, text, reason) "
                                    "VALUES (?, ?, ?, ?)"));
  BASE_TRY(insert.bind(1, component).bind(2, state_->now()).bind(3, text).bind(4, reason).run());
  BASE_TRY_ASSIGN(
      auto trim,
      database->prepare("DELETE FROM journal_decisions WHERE component = ?1 AND id NOT IN "
                        "(SELECT id FROM journal_decisions WHERE component = ?1 "
                        "ORDER BY id DESC LIMIT 20)"));
  BASE_TRY(trim.bind(1, component).run());
  return transaction.commit();
}

base::Result<std::vector<Decision>> Journal::decisions(const std::string& component) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto list,
                  database->prepare("SELECT time, text, reason FROM journal_decisions "
                                    "WHERE component = ? ORDER BY id DESC"));
  list.bind(1, component);
  std::vector<Decision> decisions;
  for (;;) {
    BASE_TRY_ASSIGN(const bool found, list.step());
    if (!found) {
      return decisions;
    }
    BASE_TRY_ASSIGN(const auto time, time_at(list, 0));
    decisions.push_back({.time = time, .text = list.text(1), .reason = list.text(2)});
  }
}

}  // namespace agent::journal
