#pragma once
// The agent's durable record, in `state.db`. Every change is one transaction with synchronous=FULL:
// when a call returns, the change survives a power loss. Secrets are sealed before they are written
// and bound to their row, so that a sealed value copied to another row does not open.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "agent/journal/records.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace base::crypto {
class SealingKey;
}

namespace agent::journal {

// What an operation starts from.
struct NewOperation {
  OperationKind kind = OperationKind::apply;
  std::optional<DeploymentId> target;
  std::optional<DeploymentId> previous;
  bool purge = false;
  std::string author;
};

// One writer; safe to call from any thread. Errors of every call: io (the disk), and where a record
// is named that does not exist, not_found.
class Journal {
 public:
  // Opens or creates the database and migrates it. A database of a later agent is refused with
  // conflict, reason "newer_database". `key` and `clock` must outlive the journal.
  static base::Result<std::unique_ptr<Journal>> open(const std::filesystem::path& path,
                                                     const base::crypto::SealingKey& key,
                                                     const base::Clock& clock);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  Journal(Journal&&) = delete;
  Journal& operator=(Journal&&) = delete;

  // Stores text under its SHA-256, once, and returns that.
  base::Result<std::string> store_manifest(const std::string& text);
  base::Result<std::string> manifest(const std::string& id);

  // `document` is sealed.
  base::Result<SettingsVersion> store_settings(const std::string& document,
                                               const std::string& author);
  base::Result<StoredSettings> settings(SettingsVersion version);
  base::Result<std::optional<StoredSettings>> latest_settings();
  base::Result<std::vector<StoredSettings>> settings_history(int limit);  // Newest first.

  // Storing the same id again only changes which manifest and settings it is said to come from:
  // another text can mean the same. `created` is set by the journal.
  base::Status store_deployment(const StoredDeployment& deployment);
  // Errors: forbidden with reason "sealed_with_another_key" when the key does not open it.
  base::Result<StoredDeployment> deployment(const DeploymentId& id);

  // What the host should run; nothing before the first installation and after `down`.
  base::Result<std::optional<DeploymentId>> current_deployment();

  // Records an operation as running. Errors: conflict, reason "operation_running", when another one
  // is not final.
  base::Result<OperationId> begin_operation(const NewOperation& operation);
  // A state that is not final: `reverting`, with the error that made it turn back.
  base::Status turn_back(OperationId id, const base::Error& error);
  // Ends an operation and, in the same transaction, sets what the host should run from here on.
  base::Status finish_operation(OperationId id,
                                OperationState state,
                                const std::optional<base::Error>& error,
                                const std::optional<DeploymentId>& current);
  base::Result<OperationRecord> operation(OperationId id);
  base::Result<std::optional<OperationRecord>> unfinished_operation();
  base::Result<std::vector<OperationRecord>> operations(int limit);  // Newest first.

  // Begins the operation's next attempt with these steps, all pending; steps of earlier attempts
  // that were not ended become skipped. Returns the attempt's number.
  base::Result<int> begin_attempt(OperationId id, const std::vector<StepRecord>& steps);
  // One transaction for steps that begin together.
  base::Status record_intents(OperationId id, int attempt, const std::vector<int>& indices);
  // `done`, `failed` with the error's text, or `skipped`.
  base::Status record_result(
      OperationId id, int attempt, int index, StepState state, const std::string& error);
  base::Result<std::vector<StepRecord>> steps(OperationId id);

  // Which volumes are completely made, their files written or their owner set; the engine cannot
  // tell.
  base::Status mark_complete(const std::string& volume);
  base::Status mark_incomplete(const std::string& volume);
  base::Result<std::set<std::string>> complete_volumes();

  base::Status append_log(OperationId id, const std::string& text);
  base::Result<std::vector<LogLine>> log(OperationId id);

  // The last 20 of a component are kept.
  base::Status record_decision(const std::string& component,
                               const std::string& text,
                               const std::string& reason);
  base::Result<std::vector<Decision>> decisions(const std::string& component);  // Newest first.

 private:
  class State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace agent::journal
