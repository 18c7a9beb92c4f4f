// The journal of operations: their states, attempts, steps and log lines.
#include "agent/journal/journal.hpp"
#include "agent/journal/journal_state.hpp"

#include <fmt/format.h>

namespace agent::journal {
namespace {

using base::store::Database;
using base::store::Statement;
using base::store::Transaction;

constexpr std::string_view k_operation_columns =
    "id, kind, state, target, previous, purge, author, attempt, started, ended, error_code, "
    "error_reason, error_message, error_hint";

std::optional<std::string> text_of(const std::optional<DeploymentId>& id) {
  return id ? std::optional(id->value) : std::nullopt;
}

std::optional<DeploymentId> deployment_at(const Statement& row, int column) {
  const auto text = row.optional_text(column);
  return text ? std::optional(DeploymentId{*text}) : std::nullopt;
}

base::Result<OperationRecord> operation_in(const Statement& row) {
  OperationRecord record{.id = {row.integer(0)},
                         .target = deployment_at(row, 3),
                         .previous = deployment_at(row, 4),
                         .purge = row.integer(5) != 0,
                         .author = row.text(6),
                         .attempt = static_cast<int>(row.integer(7))};
  BASE_TRY_ASSIGN(record.kind, operation_kind_of(row.text(1)));
  BASE_TRY_ASSIGN(record.state, operation_state_of(row.text(2)));
  BASE_TRY_ASSIGN(record.started, optional_time_at(row, 8));
  BASE_TRY_ASSIGN(record.ended, optional_time_at(row, 9));
  if (!row.is_null(10)) {
    record.error = base::Error{.code = error_code_of(row.text(10)),
                               .message = row.text(12),
                               .hint = row.text(13),
                               .reason = row.text(11)};
  }
  return record;
}

// The first error stays: what came later came of it.
base::Status set_error(Database& database, OperationId id, const base::Error& error) {
  BASE_TRY_ASSIGN(
      auto update,
      database.prepare("UPDATE journal_operations SET error_code = ?, error_reason = ?, "
                       "error_message = ?, error_hint = ? "
                       "WHERE id = ? AND error_code IS NULL"));
  return update.bind(1, base::name_of(error.code))
      .bind(2, error.reason)
      .bind(3, error.message)
      .bind(4, error.hint)
      .bind(5, id.value)
      .run();
}

base::Error no_such_operation(OperationId id) {
  return no_such("operation", fmt::format("{}", id.value));
}

}  // namespace

base::Result<OperationId> Journal::begin_operation(const NewOperation& operation) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(*database));
  {
    BASE_TRY_ASSIGN(auto find,
                    database->prepare("SELECT id FROM journal_operations "
                                      "WHERE state IN ('running', 'reverting')"));
    BASE_TRY_ASSIGN(const bool found, find.step());
    if (found) {
      return base::Error{.code = base::ErrorCode::conflict,
                         .message = fmt::format("operation {} is under way", find.integer(0)),
                         .hint = "Wait for it, or cancel it.",
                         .reason = "operation_running"};
    }
  }
  BASE_TRY_ASSIGN(auto insert,
                  database->prepare("INSERT INTO journal_operations "
                                    "(kind, state, target, previous, purge, author, started) "
                                    "VALUES (?, 'running', ?, ?, ?, ?, ?)"));
  insert.bind(1, name_of(operation.kind))
      .bind(2, text_of(operation.target))
      .bind(3, text_of(operation.previous))
      .bind(4, operation.purge ? 1 : 0)
      .bind(5, operation.author)
      .bind(6, state_->now());
  BASE_TRY(insert.run());
  const OperationId id{database->last_insert_id()};
  BASE_TRY(transaction.commit());
  return id;
}

base::Status Journal::turn_back(OperationId id, const base::Error& error) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(*database));
  BASE_TRY(set_error(*database, id, error));
  {
    BASE_TRY_ASSIGN(auto update,
                    database->prepare("UPDATE journal_operations SET state = 'reverting' "
                                      "WHERE id = ? AND state = 'running'"));
    BASE_TRY(update.bind(1, id.value).run());
  }
  return transaction.commit();
}

base::Status Journal::finish_operation(OperationId id,
                                       OperationState state,
                                       const std::optional<base::Error>& error,
                                       const std::optional<DeploymentId>& current) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(*database));
  if (error) {
    BASE_TRY(set_error(*database, id, *error));
  }
  {
    BASE_TRY_ASSIGN(
        auto update,
        database->prepare("UPDATE journal_operations SET state = ?, ended = ? WHERE id = ?"));
    BASE_TRY(update.bind(1, name_of(state)).bind(2, state_->now()).bind(3, id.value).run());
    if (database->changes() == 0) {
      return no_such_operation(id);
    }
  }
  {
    BASE_TRY_ASSIGN(auto skip,
                    database->prepare("UPDATE journal_steps SET state = 'skipped' "
                                      "WHERE operation = ? AND state IN ('pending', 'intent')"));
    BASE_TRY(skip.bind(1, id.value).run());
  }
  {
    BASE_TRY_ASSIGN(auto set, database->prepare("UPDATE journal_installation SET deployment = ?"));
    BASE_TRY(set.bind(1, text_of(current)).run());
  }
  return transaction.commit();
}

base::Result<OperationRecord> Journal::operation(OperationId id) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto find,
                  database->prepare(fmt::format("SELECT {} FROM journal_operations WHERE id = ?",
                                                k_operation_columns)));
  BASE_TRY_ASSIGN(const bool found, find.bind(1, id.value).step());
  if (!found) {
    return no_such_operation(id);
  }
  return operation_in(find);
}

base::Result<std::optional<OperationRecord>> Journal::unfinished_operation() {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto find,
                  database->prepare(fmt::format("SELECT {} FROM journal_operations "
                                                "WHERE state IN ('running', 'reverting')",
                                                k_operation_columns)));
  BASE_TRY_ASSIGN(const bool found, find.step());
  if (!found) {
    return std::optional<OperationRecord>();
  }
  BASE_TRY_ASSIGN(auto record, operation_in(find));
  return std::optional<OperationRecord>(std::move(record));
}

base::Result<std::vector<OperationRecord>> Journal::operations(int limit) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(
      auto list,
      database->prepare(fmt::format("SELECT {} FROM journal_operations ORDER BY id DESC LIMIT ?",
                                    k_operation_columns)));
  list.bind(1, limit);
  std::vector<OperationRecord> records;
  for (;;) {
    BASE_TRY_ASSIGN(const bool found, list.step());
    if (!found) {
      return records;
    }
    BASE_TRY_ASSIGN(auto record, operation_in(list));
    records.push_back(std::move(record));
  }
}

base::Result<int> Journal::begin_attempt(OperationId id, const std::vector<StepRecord>& steps) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(*database));
  {
    BASE_TRY_ASSIGN(auto skip,
                    database->prepare("UPDATE journal_steps SET state = 'skipped' "
                                      "WHERE operation = ? AND state IN ('pending', 'intent')"));
    BASE_TRY(skip.bind(1, id.value).run());
  }
  {
    BASE_TRY_ASSIGN(
        auto next,
        database->prepare("UPDATE journal_operations SET attempt = attempt + 1 WHERE id = ?"));
    BASE_TRY(next.bind(1, id.value).run());
    if (database->changes() == 0) {
      return no_such_operation(id);
    }
  }
  int attempt = 0;
  {
    BASE_TRY_ASSIGN(auto find,
                    database->prepare("SELECT attempt FROM journal_operations WHERE id = ?"));
    BASE_TRY(find.bind(1, id.value).step());
    attempt = static_cast<int>(find.integer(0));
  }
  for (const auto& step : steps) {
    BASE_TRY_ASSIGN(auto insert,
                    database->prepare("INSERT INTO journal_steps "
                                      "(operation, attempt, idx, kind, subject, reason, state) "
                                      "VALUES (?, ?, ?, ?, ?, ?, 'pending')"));
    insert.bind(1, id.value)
        .bind(2, attempt)
        .bind(3, step.index)
        .bind(4, step.kind)
        .bind(5, step.subject)
        .bind(6, step.reason);
    BASE_TRY(insert.run());
  }
  BASE_TRY(transaction.commit());
  return attempt;
}

base::Status Journal::record_intents(OperationId id, int attempt, const std::vector<int>& indices) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(*database));
  const auto now = state_->now();
  for (const int index : indices) {
    BASE_TRY_ASSIGN(auto update,
                    database->prepare("UPDATE journal_steps SET state = 'intent', started = ? "
                                      "WHERE operation = ? AND attempt = ? AND idx = ?"));
    BASE_TRY(update.bind(1, now).bind(2, id.value).bind(3, attempt).bind(4, index).run());
  }
  return transaction.commit();
}

base::Status Journal::record_result(
    OperationId id, int attempt, int index, StepState state, const std::string& error) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto update,
                  database->prepare("UPDATE journal_steps SET state = ?, ended = ?, error = ? "
                                    "WHERE operation = ? AND attempt = ? AND idx = ?"));
  BASE_TRY(update.bind(1, name_of(state))
               .bind(2, state_->now())
               .bind(3, error)
               .bind(4, id.value)
               .bind(5, attempt)
               .bind(6, index)
               .run());
  if (database->changes() == 0) {
    return no_such("step", fmt::format("{} of operation {}", index, id.value));
  }
  return base::ok();
}

base::Result<std::vector<StepRecord>> Journal::steps(OperationId id) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(auto list,
                  database->prepare("SELECT attempt, idx, kind, subject, reason, state, started, "
                                    "ended, error FROM journal_steps WHERE operation = ? "
                                    "ORDER BY attempt, idx"));
  list.bind(1, id.value);
  std::vector<StepRecord> steps;
  for (;;) {
    BASE_TRY_ASSIGN(const bool found, list.step());
    if (!found) {
      return steps;
    }
    StepRecord step{.attempt = static_cast<int>(list.integer(0)),
                    .index = static_cast<int>(list.integer(1)),
                    .kind = list.text(2),
                    .subject = list.text(3),
                    .reason = list.text(4),
                    .error = list.text(8)};
    BASE_TRY_ASSIGN(step.state, step_state_of(list.text(5)));
    BASE_TRY_ASSIGN(step.started, optional_time_at(list, 6));
    BASE_TRY_ASSIGN(step.ended, optional_time_at(list, 7));
    steps.push_back(std::move(step));
  }
}

base::Status Journal::append_log(OperationId id, const std::string& text) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(
      auto insert,
      database->prepare("INSERT INTO journal_log (operation, time, text) VALUES (?, ?, ?)"));
  return insert.bind(1, id.value).bind(2, state_->now()).bind(3, text).run();
}

base::Result<std::vector<LogLine>> Journal::log(OperationId id) {
  auto database = state_->database.lock();
  BASE_TRY_ASSIGN(
      auto list,
      database->prepare("SELECT time, text FROM journal_log WHERE operation = ? ORDER BY id"));
  list.bind(1, id.value);
  std::vector<LogLine> lines;
  for (;;) {
    BASE_TRY_ASSIGN(const bool found, list.step());
    if (!found) {
      return lines;
    }
    BASE_TRY_ASSIGN(const auto time, time_at(list, 0));
    lines.push_back({.time = time, .text = list.text(1)});
  }
}

}  // namespace agent::journal
