#include "registry/store/sqlite.hpp"

#include "agent/base/store/database.hpp"

#include <utility>

namespace registry::store {
namespace {

class SqliteConnection final : public SqlConnection {
 public:
  explicit SqliteConnection(base::store::Database database) : database_(std::move(database)) {}

  base::Result<std::vector<SqlRow>> query(std::string_view sql,
                                          std::string_view columns,
                                          const std::vector<SqlValue>& parameters) override {
    BASE_TRY_ASSIGN(auto statement, database_.prepare(sql));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const int index = static_cast<int>(i) + 1;
      const auto& value = parameters[i];
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        statement.bind(index, *number);
      } else if (const auto* string = std::get_if<std::string>(&value)) {
        statement.bind(index, std::string_view(*string));
      } else {
        statement.bind_null(index);
      }
    }
    std::vector<SqlRow> rows;
    while (true) {
      BASE_TRY_ASSIGN(const bool has_row, statement.step());
      if (!has_row) {
        return rows;
      }
      rows.push_back(row_of(statement, columns));
    }
  }

  base::Status execute(std::string_view sql) override { return database_.execute(sql); }

  [[nodiscard]] bool is_usable() const override { return true; }

 private:
  static SqlRow row_of(const base::store::Statement& statement, std::string_view columns) {
    SqlRow row;
    row.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const int column = static_cast<int>(i);
      if (statement.is_null(column)) {
        row.emplace_back();
      } else if (columns[i] == 'i') {
        row.emplace_back(statement.integer(column));
      } else {
        row.emplace_back(statement.text(column));
      }
    }
    return row;
  }

  base::store::Database database_;
};

class SqliteDatabase final : public SqlDatabase {
 public:
  explicit SqliteDatabase(std::filesystem::path file) : file_(std::move(file)) {}

  base::Result<std::unique_ptr<SqlConnection>> connect() override {
    BASE_TRY_ASSIGN(auto database, base::store::Database::open(file_));
    return std::unique_ptr<SqlConnection>(std::make_unique<SqliteConnection>(std::move(database)));
  }

  [[nodiscard]] std::string_view begin_write() const override { return "BEGIN IMMEDIATE"; }
  [[nodiscard]] std::string_view begin_read() const override { return "BEGIN"; }

 private:
  std::filesystem::path file_;
};

}  // namespace

std::unique_ptr<SqlDatabase> sqlite_database(std::filesystem::path file) {
  return std::make_unique<SqliteDatabase>(std::move(file));
}

}  // namespace registry::store
