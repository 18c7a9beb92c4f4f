#pragma once

#include "agent/base/core/guarded.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "agent/base/store/database.hpp"
#include "agent/journal/journal.hpp"

#include <string>
#include <string_view>

namespace agent::journal {

class Journal::State {
 public:
  State(base::store::Database opened,
        const base::crypto::SealingKey& sealing,
        const base::Clock& time)
      : database(std::move(opened)), key(sealing), clock(time) {}

  base::Guarded<base::store::Database> database;
  const base::crypto::SealingKey& key;
  const base::Clock& clock;

  [[nodiscard]] std::string now() const { return base::format_time(clock.wall_time()); }
};

// Values of rows as this journal writes them. Anything else in the file is damage: io.
base::Result<base::WallTime> time_at(const base::store::Statement& row, int column);
base::Result<std::optional<base::WallTime>> optional_time_at(const base::store::Statement& row,
                                                             int column);
base::Result<OperationKind> operation_kind_of(std::string_view name);
base::Result<OperationState> operation_state_of(std::string_view name);
base::Result<StepState> step_state_of(std::string_view name);
base::ErrorCode error_code_of(std::string_view name);

base::Error no_such(std::string_view what, std::string_view id);

}  // namespace agent::journal
