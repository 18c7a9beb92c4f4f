#include "agent/base/store/database.hpp"

#include "agent/base/fs/files.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>

#include <map>
#include <utility>

namespace base::store {
namespace {

struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, CloseStatement>;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};

ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::unavailable;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return ErrorCode::internal;
    default:
      return ErrorCode::io;
  }
}

Error to_error(sqlite3* database, int result, std::string_view action) {
  Error error{code_of(result), fmt::format("{}: {}", action, sqlite3_errmsg(database))};
  if ((result & 0xff) == SQLITE_FULL) {
    error.reason = "disk_full";
    error.hint = "Free space on the file system that holds the database.";
  }
  if ((result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB) {
    error.reason = "database_damaged";
    error.hint = "Restore it from a snapshot.";
  }
  return error;
}

}  // namespace

struct Database::Impl {
  std::unique_ptr<sqlite3, CloseDatabase> handle;
  // Statements that nobody uses at the moment, by their text.
  std::multimap<std::string, StatementHandle, std::less<>> idle;
};

struct Statement::Impl {
  Database::Impl* database = nullptr;
  std::string sql;
  StatementHandle handle;
  int bind_result = SQLITE_OK;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Database::~Database() {
  if (impl_) {
    impl_->idle.clear();
  }
}

Result<Database> Database::open(const std::filesystem::path& path, Options options) {
  // SQLite would create the file with the umask's mode; the secrets in it are for us alone.
  if (!Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)).valid()) {
    return fs::system_error("open the database", path);
  }

  auto impl = std::make_unique<Impl>();
  sqlite3* handle = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  impl->handle.reset(handle);
  if (result != SQLITE_OK) {
    return to_error(handle, result, fmt::format("open the database {}", path.string()));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));
  Database database(std::move(impl));
  auto configured = database.execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
      "PRAGMA trusted_schema=OFF;");
  if (!configured) {
    return std::move(configured)
        .error()
        .with_context(fmt::format("open the database {}", path.string()));
  }
  return database;
}

Status Database::execute(std::string_view sql) {
  char* message = nullptr;
  const int result =
      sqlite3_exec(impl_->handle.get(), std::string(sql).c_str(), nullptr, nullptr, &message);
  sqlite3_free(message);
  if (result != SQLITE_OK) {
    return to_error(impl_->handle.get(), result, "run SQL");
  }
  return ok();
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto impl = std::make_unique<Statement::Impl>();
  impl->database = impl_.get();
  impl->sql = sql;
  if (const auto cached = impl_->idle.find(sql); cached != impl_->idle.end()) {
    impl->handle = std::move(cached->second);
    impl_->idle.erase(cached);
    return Statement(std::move(impl));
  }
  sqlite3_stmt* handle = nullptr;
  const int result = sqlite3_prepare_v3(impl_->handle.get(),
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &handle,
                                        nullptr);
  impl->handle.reset(handle);
  if (result != SQLITE_OK) {
    return to_error(impl_->handle.get(), result, fmt::format("prepare `{:.80}`", sql));
  }
  return Statement(std::move(impl));
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(impl_->handle.get());
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(impl_->handle.get());
}

Status Database::quick_check() {
  BASE_TRY_ASSIGN(auto check, prepare("PRAGMA quick_check(1)"));
  BASE_TRY_ASSIGN(const bool row, check.step());
  if (!row || check.text(0) != "ok") {
    return Error{ErrorCode::io,
                 fmt::format("the database is damaged: {}", row ? check.text(0) : "no answer"),
                 "Restore it from a snapshot.",
                 "database_damaged"};
  }
  return ok();
}

Statement::Statement(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Statement::Statement(Statement&&) noexcept = default;

Statement::~Statement() {
  if (impl_) {
    sqlite3_reset(impl_->handle.get());
    sqlite3_clear_bindings(impl_->handle.get());
    // SQL that is put together anew each time would fill the cache with what is never asked again.
    static constexpr std::size_t k_most_idle = 128;
    if (impl_->database->idle.size() < k_most_idle) {
      impl_->database->idle.emplace(std::move(impl_->sql), std::move(impl_->handle));
    }
  }
}

namespace {

void keep_first(int& kept, int result) {
  if (kept == SQLITE_OK) {
    kept = result;
  }
}

}  // namespace

Statement& Statement::bind(int parameter, std::int64_t value) {
  keep_first(impl_->bind_result, sqlite3_bind_int64(impl_->handle.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  keep_first(impl_->bind_result, sqlite3_bind_double(impl_->handle.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  keep_first(
      impl_->bind_result,
      sqlite3_bind_text64(impl_->handle.get(),
                          parameter,
                          text.data() != nullptr ? text.data() : "",
                          text.size(),
                          SQLITE_TRANSIENT,  // NOLINT(cppcoreguidelines-pro-type-cstyle-cast)
                          SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  keep_first(
      impl_->bind_result,
      sqlite3_bind_blob64(impl_->handle.get(),
                          parameter,
                          bytes.data() != nullptr ? bytes.data() : "",
                          bytes.size(),
                          SQLITE_TRANSIENT));  // NOLINT(cppcoreguidelines-pro-type-cstyle-cast)
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  keep_first(impl_->bind_result, sqlite3_bind_null(impl_->handle.get(), parameter));
  return *this;
}

Statement& Statement::bind(int parameter, const std::optional<std::string>& text) {
  return text ? bind(parameter, std::string_view(*text)) : bind_null(parameter);
}

Statement& Statement::bind(int parameter, const std::optional<std::int64_t>& value) {
  return value ? bind(parameter, *value) : bind_null(parameter);
}

Result<bool> Statement::step() {
  auto* database = impl_->database->handle.get();
  if (impl_->bind_result != SQLITE_OK) {
    return to_error(database, impl_->bind_result, fmt::format("bind to `{:.80}`", impl_->sql));
  }
  const int result = sqlite3_step(impl_->handle.get());
  if (result == SQLITE_ROW) {
    return true;
  }
  if (result == SQLITE_DONE) {
    return false;
  }
  auto error = to_error(database, result, fmt::format("run `{:.80}`", impl_->sql));
  sqlite3_reset(impl_->handle.get());
  return error;
}

Status Statement::run() {
  BASE_TRY_ASSIGN(const bool row, step());
  BASE_ASSERT(!row);
  reset();
  return ok();
}

void Statement::reset() {
  sqlite3_reset(impl_->handle.get());
  impl_->bind_result = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(impl_->handle.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(impl_->handle.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(impl_->handle.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(impl_->handle.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(impl_->handle.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::optional<std::string> Statement::optional_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

Result<Transaction> Transaction::begin(Database& database) {
  BASE_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) {
    static_cast<void>(database_->execute("ROLLBACK"));
  }
}

Status Transaction::commit() {
  BASE_ASSERT(database_ != nullptr);
  BASE_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return ok();
}

}  // namespace base::store
