#pragma once
// SQLite, opened for state that must survive a power cut: WAL, synchronous=FULL, foreign keys on.
//
// A Database, its statements and its transactions belong to one thread at a time; share one behind
// base::Guarded, or open one a thread. Errors: io with the reason "disk_full" when the disk is
// full and "database_damaged" when it is no sound database, conflict for a violated constraint,
// unavailable when another connection holds the lock for longer than the busy timeout, internal for
// SQL that is wrong.

#include "agent/base/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace base::store {

class Statement;

class Database {
 public:
  struct Options {
    std::chrono::milliseconds busy_timeout{5'000};
  };

  // Opens or creates the file with mode 0600; its folder must exist.
  static Result<Database> open(const std::filesystem::path& path, Options options);
  static Result<Database> open(const std::filesystem::path& path) { return open(path, Options{}); }

  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Runs statements that return nothing, separated by semicolons.
  Status execute(std::string_view sql);

  // Prepares one statement, or takes it from the connection's cache, reset and without bindings.
  // The statement must not outlive the database.
  Result<Statement> prepare(std::string_view sql);

  [[nodiscard]] std::int64_t last_insert_id() const;
  // Rows that the last INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t changes() const;

  // SQLite's own check of the file. Errors: io, naming the first damage.
  Status quick_check();

 private:
  friend class Statement;
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One use of a prepared statement:
//   BASE_TRY_ASSIGN(auto find, db.prepare("SELECT name FROM app WHERE id = ?"));
//   find.bind(1, id);
//   BASE_TRY_ASSIGN(const bool found, find.step());
// Parameters count from 1, columns from 0. A failed bind is reported by the next step.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, int value) { return bind(parameter, std::int64_t{value}); }
  Statement& bind(int parameter, const std::string& text) {
    return bind(parameter, std::string_view(text));
  }
  Statement& bind(int parameter, const char* text) {
    return bind(parameter, std::string_view(text));
  }
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);
  Statement& bind(int parameter, const std::optional<std::string>& text);
  Statement& bind(int parameter, const std::optional<std::int64_t>& value);

  // True when there is a row to read, false at the end.
  Result<bool> step();
  // For a statement that returns no row.
  Status run();
  // Makes it ready for another round; bindings stay.
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  // Text or blob, copied; empty for NULL.
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;

 private:
  friend class Database;
  struct Impl;
  explicit Statement(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// BEGIN IMMEDIATE … COMMIT. Rolled back when it goes out of scope without a commit.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // On success the changes survive a power cut.
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace base::store
