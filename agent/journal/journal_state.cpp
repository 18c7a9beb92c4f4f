#include "agent/journal/journal_state.hpp"

#include <fmt/format.h>

#include <array>

namespace agent::journal {
namespace {

base::Error damaged(std::string_view what, std::string_view value) {
  return {.code = base::ErrorCode::io,
          .message = fmt::format("state.db holds `{:.60}` as {}", value, what),
          .hint = "Restore state.db from a snapshot."};
}

template <typename Value, std::size_t Count>
base::Result<Value> value_of(const std::array<Value, Count>& values,
                             std::string_view name,
                             std::string_view what) {
  for (const auto value : values) {
    if (name_of(value) == name) {
      return value;
    }
  }
  return damaged(what, name);
}

}  // namespace

base::Result<base::WallTime> time_at(const base::store::Statement& row, int column) {
  return base::parse_time(row.text(column));
}

base::Result<std::optional<base::WallTime>> optional_time_at(const base::store::Statement& row,
                                                             int column) {
  if (row.is_null(column)) {
    return std::optional<base::WallTime>();
  }
  BASE_TRY_ASSIGN(const auto time, time_at(row, column));
  return std::optional<base::WallTime>(time);
}

base::Result<OperationKind> operation_kind_of(std::string_view name) {
  return value_of(
      std::array{OperationKind::install, OperationKind::apply, OperationKind::down}, name, "kind");
}

base::Result<OperationState> operation_state_of(std::string_view name) {
  return value_of(std::array{OperationState::planned,
                             OperationState::running,
                             OperationState::reverting,
                             OperationState::succeeded,
                             OperationState::failed,
                             OperationState::reverted,
                             OperationState::cancelled},
                  name,
                  "state");
}

base::Result<StepState> step_state_of(std::string_view name) {
  return value_of(std::array{StepState::pending,
                             StepState::intent,
                             StepState::done,
                             StepState::failed,
                             StepState::skipped},
                  name,
                  "state of a step");
}

base::ErrorCode error_code_of(std::string_view name) {
  using base::ErrorCode;
  for (const auto code : {ErrorCode::invalid_input,
                          ErrorCode::unauthorized,
                          ErrorCode::forbidden,
                          ErrorCode::not_found,
                          ErrorCode::conflict,
                          ErrorCode::too_large,
                          ErrorCode::unavailable,
                          ErrorCode::timed_out,
                          ErrorCode::cancelled,
                          ErrorCode::io}) {
    if (base::name_of(code) == name) {
      return code;
    }
  }
  return ErrorCode::internal;
}

base::Error no_such(std::string_view what, std::string_view id) {
  return {.code = base::ErrorCode::not_found,
          .message = fmt::format("there is no {} {}", what, id)};
}

}  // namespace agent::journal
