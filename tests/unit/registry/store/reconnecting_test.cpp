#include "registry/store/reconnecting.hpp"

#include "tests/support/agent/base/core/manual_clock.hpp"

#include <doctest/doctest.h>

namespace {

using base::Error;
using base::ErrorCode;
using registry::store::reconnecting;
using registry::store::SqlConnection;
using registry::store::SqlDatabase;
using registry::store::SqlRow;
using registry::store::SqlValue;

// A database whose schema is there and which can be taken away.
class FakeDatabase final : public SqlDatabase {
 public:
  explicit FakeDatabase(bool& away, int& attempts) : away_(away), attempts_(attempts) {}

  base::Result<std::unique_ptr<SqlConnection>> connect() override {
    ++attempts_;
    if (away_) {
      return Error{ErrorCode::unavailable, "away"};
    }
    return std::unique_ptr<SqlConnection>(std::make_unique<Connection>());
  }
  [[nodiscard]] std::string_view begin_write() const override { return "BEGIN"; }
  [[nodiscard]] std::string_view begin_read() const override { return "BEGIN"; }

 private:
  class Connection final : public SqlConnection {
   public:
    base::Result<std::vector<SqlRow>> query(std::string_view /*sql*/,
                                            std::string_view /*columns*/,
                                            const std::vector<SqlValue>& /*values*/) override {
      return std::vector<SqlRow>{{SqlValue(std::int64_t{1})}};
    }
    base::Status execute(std::string_view /*sql*/) override { return base::ok(); }
    [[nodiscard]] bool is_usable() const override { return true; }
  };

  bool& away_;
  int& attempts_;
};

TEST_SUITE_BEGIN("registry.store.reconnecting");

TEST_CASE("while the database is away attempts are spaced out, and it is found again") {
  base::ManualClock clock;
  bool away = true;
  int attempts = 0;
  const auto database = reconnecting(std::make_unique<FakeDatabase>(away, attempts), clock);

  CHECK_FALSE(database->connect().has_value());
  const int first = attempts;
  CHECK_FALSE(database->connect().has_value());
  CHECK(attempts == first);

  clock.advance(std::chrono::seconds(1));
  CHECK_FALSE(database->connect().has_value());
  CHECK(attempts > first);

  away = false;
  clock.advance(std::chrono::seconds(10));
  CHECK(database->connect().has_value());
}

TEST_SUITE_END();

}  // namespace
