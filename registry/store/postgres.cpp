#include "registry/store/postgres.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <map>
#include <utility>

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;

struct FreesResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct ClosesConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ResultPtr = std::unique_ptr<PGresult, FreesResult>;
using ConnectionPtr = std::unique_ptr<PGconn, ClosesConnection>;

std::string one_line(std::string_view message) {
  while (!message.empty() && message.back() == '\n') {
    message.remove_suffix(1);
  }
  std::string line(message);
  for (auto& c : line) {
    c = c == '\n' ? ' ' : c;
  }
  return line;
}

class PostgresConnection final : public SqlConnection {
 public:
  explicit PostgresConnection(ConnectionPtr connection) : connection_(std::move(connection)) {}

  base::Result<std::vector<SqlRow>> query(std::string_view sql,
                                          std::string_view columns,
                                          const std::vector<SqlValue>& parameters) override {
    BASE_TRY_ASSIGN(const std::string name, prepared(sql));
    std::vector<std::string> owned(parameters.size());
    std::vector<const char*> values(parameters.size(), nullptr);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (const auto* number = std::get_if<std::int64_t>(&parameters[i])) {
        owned[i] = std::to_string(*number);
        values[i] = owned[i].c_str();
      } else if (const auto* string = std::get_if<std::string>(&parameters[i])) {
        // libpq takes text up to its first NUL, and the database holds none.
        if (string->find('\0') != std::string::npos) {
          return Error{ErrorCode::invalid_input, "a text contains the character NUL"};
        }
        values[i] = string->c_str();
      }
    }
    const ResultPtr result(PQexecPrepared(connection_.get(),
                                          name.c_str(),
                                          static_cast<int>(values.size()),
                                          values.data(),
                                          nullptr,
                                          nullptr,
                                          0));
    BASE_TRY(check(result.get()));
    return rows_of(result.get(), columns);
  }

  base::Status execute(std::string_view sql) override {
    const ResultPtr result(PQexec(connection_.get(), std::string(sql).c_str()));
    return check(result.get());
  }

  [[nodiscard]] bool is_usable() const override {
    return PQstatus(connection_.get()) == CONNECTION_OK;
  }

 private:
  // Statements are prepared once a connection: half the time of a small query is its planning.
  base::Result<std::string> prepared(std::string_view sql) {
    if (const auto known = prepared_.find(sql); known != prepared_.end()) {
      return known->second;
    }
    std::string name = fmt::format("s{}", prepared_.size());
    const ResultPtr result(
        PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(), 0, nullptr));
    BASE_TRY(check(result.get()));
    prepared_.emplace(sql, name);
    return name;
  }

  base::Status check(const PGresult* result) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      return base::ok();
    }
    if (!is_usable()) {
      return Error{ErrorCode::unavailable,
                   "the database went away: " + one_line(PQerrorMessage(connection_.get()))};
    }
    const char* const state_text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = state_text == nullptr ? "" : state_text;
    const auto message =
        fmt::format("database: {} ({})", one_line(PQresultErrorMessage(result)), state);
    if (state.starts_with("23")) {
      return Error{ErrorCode::conflict, message};
    }
    if (state == "53100") {
      return Error{ErrorCode::io, message, "", "disk_full"};
    }
    // No state: libpq's own words for a connection that broke. Then shutdown, crash recovery, out
    // of connections, read-only standby, deadlock: all pass.
    if (state.empty() || state.starts_with("08") || state.starts_with("57P") ||
        state.starts_with("53") || state == "25006" || state.starts_with("40")) {
      return Error{ErrorCode::unavailable, message};
    }
    return Error{ErrorCode::internal, message};
  }

  static std::vector<SqlRow> rows_of(const PGresult* result, std::string_view columns) {
    BASE_ASSERT(PQnfields(result) == static_cast<int>(columns.size()));
    std::vector<SqlRow> rows;
    const int row_count = PQntuples(result);
    rows.reserve(static_cast<std::size_t>(row_count));
    for (int row = 0; row < row_count; ++row) {
      SqlRow values;
      values.reserve(columns.size());
      for (std::size_t i = 0; i < columns.size(); ++i) {
        values.push_back(value_of(result, row, static_cast<int>(i), columns[i]));
      }
      rows.push_back(std::move(values));
    }
    return rows;
  }

  static SqlValue value_of(const PGresult* result, int row, int column, char type) {
    if (PQgetisnull(result, row, column) != 0) {
      return std::monostate();
    }
    const std::string_view value(PQgetvalue(result, row, column),
                                 static_cast<std::size_t>(PQgetlength(result, row, column)));
    if (type == 'i') {
      std::int64_t number = 0;
      std::from_chars(value.data(), value.data() + value.size(), number);
      return number;
    }
    return std::string(value);
  }

  ConnectionPtr connection_;
  std::map<std::string, std::string, std::less<>> prepared_;
};

class PostgresDatabase final : public SqlDatabase {
 public:
  explicit PostgresDatabase(PostgresAddress address) : address_(std::move(address)) {}

  base::Result<std::unique_ptr<SqlConnection>> connect() override {
    const std::string& password = address_.password.reveal();
    // Later entries win, so a password inside the address is kept by leaving ours out.
    const char* const keys[] = {// NOLINT(modernize-avoid-c-arrays)
                                "connect_timeout",
                                "keepalives_idle",
                                "tcp_user_timeout",
                                "dbname",
                                "application_name",
                                "client_encoding",
                                password.empty() ? nullptr : "password",
                                nullptr};
    const char* const values[] = {// NOLINT(modernize-avoid-c-arrays)
                                  "5",
                                  "30",
                                  "20000",
                                  address_.url.c_str(),
                                  "registryd",
                                  "UTF8",
                                  password.c_str(),
                                  nullptr};
    ConnectionPtr connection(PQconnectdbParams(keys, values, /*expand_dbname=*/1));
    if (connection == nullptr || PQstatus(connection.get()) != CONNECTION_OK) {
      return Error{
          ErrorCode::unavailable,
          "cannot connect to the database: " +
              one_line(connection == nullptr ? "out of memory" : PQerrorMessage(connection.get()))};
    }
    // A notice printed to stderr by libpq would bypass the log.
    PQsetNoticeProcessor(
        connection.get(), [](void* /*context*/, const char* /*message*/) {}, nullptr);
    auto opened = std::make_unique<PostgresConnection>(std::move(connection));
    // An answered write must survive a power cut, whatever the server's own default is.
    BASE_TRY(
        opened->execute("SET synchronous_commit = on; SET statement_timeout = '60s'; "
                        "SET idle_in_transaction_session_timeout = '60s'"));
    return std::unique_ptr<SqlConnection>(std::move(opened));
  }

  [[nodiscard]] std::string_view begin_write() const override {
    // Writers of several replicas take turns here. Without it two groups of changes could lock
    // packages in opposite order, and sequences could become visible out of order.
    return "BEGIN; SELECT value FROM counters WHERE name = 'sequence' FOR UPDATE";
  }

  [[nodiscard]] std::string_view begin_read() const override {
    return "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
  }

 private:
  PostgresAddress address_;
};

}  // namespace

std::unique_ptr<SqlDatabase> postgres_database(PostgresAddress address) {
  return std::make_unique<PostgresDatabase>(std::move(address));
}

}  // namespace registry::store
