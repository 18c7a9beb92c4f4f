#include "registry/store/reconnecting.hpp"

#include "agent/base/core/guarded.hpp"
#include "agent/base/log/log.hpp"
#include "registry/store/schema.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

namespace registry::store {
namespace {

using base::Error;

constexpr std::chrono::milliseconds k_first_pause{100};
constexpr std::chrono::milliseconds k_longest_pause{5'000};

class ReconnectingDatabase final : public SqlDatabase {
 public:
  ReconnectingDatabase(std::unique_ptr<SqlDatabase> database, const base::Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  base::Result<std::unique_ptr<SqlConnection>> connect() override {
    {
      auto state = state_.lock();
      if (state->failure && clock_.monotonic_time() < state->next_attempt) {
        return *state->failure;
      }
    }
    BASE_TRY(prepare());
    auto connection = database_->connect();
    note(connection ? base::ok() : base::Status(connection.error()));
    return connection;
  }

  [[nodiscard]] std::string_view begin_write() const override { return database_->begin_write(); }
  [[nodiscard]] std::string_view begin_read() const override { return database_->begin_read(); }

 private:
  struct State {
    std::optional<Error> failure;
    std::chrono::milliseconds pause = k_first_pause;
    base::MonotonicTime next_attempt;
  };

  // The schema, once. Whoever comes meanwhile waits here, not in the database.
  base::Status prepare() {
    const std::lock_guard guard(preparing_);
    if (prepared_) {
      return base::ok();
    }
    auto migrated = migrate_schema(*database_);
    note(migrated);
    prepared_ = migrated.has_value();
    return migrated;
  }

  void note(const base::Status& attempt) {
    auto state = state_.lock();
    if (attempt) {
      if (state->failure) {
        base::log::info("the database is back");
      }
      state->failure.reset();
      state->pause = k_first_pause;
      return;
    }
    if (!state->failure) {
      base::log::warn("the database does not answer", attempt.error());
    }
    state->failure = attempt.error();
    state->next_attempt = clock_.monotonic_time() + state->pause;
    state->pause = std::min(state->pause * 2, k_longest_pause);
  }

  std::unique_ptr<SqlDatabase> database_;
  const base::Clock& clock_;
  base::Guarded<State> state_;
  std::mutex preparing_;
  bool prepared_ = false;
};

}  // namespace

std::unique_ptr<SqlDatabase> reconnecting(std::unique_ptr<SqlDatabase> database,
                                          const base::Clock& clock) {
  return std::make_unique<ReconnectingDatabase>(std::move(database), clock);
}

}  // namespace registry::store
