#include "registry/store/sql_metadata_store.hpp"

#include "registry/store/package_rows.hpp"
#include "registry/store/search_terms.hpp"

#include <utility>

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;

std::int64_t count_of(base::WallTime time) {
  return time.time_since_epoch().count();
}

base::WallTime time_of(const SqlValue& value) {
  return base::WallTime(std::chrono::milliseconds(integer(value)));
}

constexpr std::string_view k_token_columns =
    "digest, key, user_name, label, hint, read_only, created, expires, description, limits";
constexpr std::string_view k_token_types = "tttttiiitt";

TokenRecord token_of(const SqlRow& row) {
  TokenRecord token{.digest = text(row[0]),
                    .key = text(row[1]),
                    .user = text(row[2]),
                    .label = text(row[3]),
                    .hint = text(row[4]),
                    .read_only = integer(row[5]) != 0,
                    .created = time_of(row[6]),
                    .expires = {},
                    .description = text(row[8]),
                    .limits = text(row[9])};
  if (!std::holds_alternative<std::monostate>(row[7])) {
    token.expires = time_of(row[7]);
  }
  return token;
}

}  // namespace

SqlMetadataStore::SqlMetadataStore(std::unique_ptr<SqlDatabase> database)
    : database_(std::move(database)), readers_(*database_), writer_(*database_) {}

base::Result<std::vector<SqlRow>> SqlMetadataStore::read(std::string_view sql,
                                                         std::string_view columns,
                                                         const std::vector<SqlValue>& parameters) {
  return readers_.with<std::vector<SqlRow>>(
      [&](SqlConnection& connection) { return connection.query(sql, columns, parameters); });
}

base::Result<std::optional<core::Package>> SqlMetadataStore::load(const std::string& name) {
  return readers_.with<std::optional<core::Package>>(
      [&](SqlConnection& connection) -> base::Result<std::optional<core::Package>> {
        // One snapshot: the versions belong to the revision that was read before them.
        BASE_TRY(connection.execute(database_->begin_read()));
        auto package = read_package(connection, name);
        BASE_TRY(connection.execute(package ? "COMMIT" : "ROLLBACK"));
        return package;
      });
}

base::Result<std::int64_t> SqlMetadataStore::commit(const core::Change& change) {
  std::int64_t sequence = 0;
  BASE_TRY(writer_.run([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(sequence, write_change(connection, change));
    return base::ok();
  }));
  return sequence;
}

base::Result<std::optional<UserRecord>> SqlMetadataStore::find_user(const std::string& name) {
  BASE_TRY_ASSIGN(
      const auto rows,
      read(
          "SELECT name, password_hash, email, created FROM users WHERE name = $1", "ttti", {name}));
  if (rows.empty()) {
    return std::optional<UserRecord>();
  }
  return std::optional(UserRecord{.name = text(rows[0][0]),
                                  .password_hash = text(rows[0][1]),
                                  .email = text(rows[0][2]),
                                  .created = time_of(rows[0][3])});
}

base::Status SqlMetadataStore::add_user(const UserRecord& user) {
  return writer_.run([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(
        const auto added,
        connection.query("INSERT INTO users (name, password_hash, email, created) "
                         "VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING RETURNING name",
                         "t",
                         {user.name, user.password_hash, user.email, count_of(user.created)}));
    if (added.empty()) {
      return Error{ErrorCode::conflict, "the user name " + user.name + " is taken"};
    }
    return base::ok();
  });
}

base::Result<std::optional<TokenRecord>> SqlMetadataStore::find_token(const std::string& digest) {
  BASE_TRY_ASSIGN(
      const auto rows,
      read(std::string("SELECT ").append(k_token_columns).append(" FROM tokens WHERE digest = $1"),
           k_token_types,
           {digest}));
  return rows.empty() ? std::optional<TokenRecord>() : std::optional(token_of(rows[0]));
}

base::Result<std::vector<TokenRecord>> SqlMetadataStore::tokens_of(const std::string& user) {
  BASE_TRY_ASSIGN(const auto rows,
                  read(std::string("SELECT ")
                           .append(k_token_columns)
                           .append(" FROM tokens WHERE user_name = $1 ORDER BY created, key"),
                       k_token_types,
                       {user}));
  std::vector<TokenRecord> tokens;
  tokens.reserve(rows.size());
  for (const auto& row : rows) {
    tokens.push_back(token_of(row));
  }
  return tokens;
}

base::Status SqlMetadataStore::add_token(const TokenRecord& token) {
  return writer_.run([&](SqlConnection& connection) -> base::Status {
    const SqlValue expires =
        token.expires ? SqlValue(count_of(*token.expires)) : SqlValue(std::monostate());
    BASE_TRY_ASSIGN(
        const auto added,
        connection.query("INSERT INTO tokens (digest, key, user_name, label, hint, read_only, "
                         "created, expires, description, limits) "
                         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                         "",
                         {token.digest,
                          token.key,
                          token.user,
                          token.label,
                          token.hint,
                          std::int64_t{token.read_only ? 1 : 0},
                          count_of(token.created),
                          expires,
                          token.description,
                          token.limits}));
    static_cast<void>(added);
    return base::ok();
  });
}

base::Status SqlMetadataStore::remove_token(const std::string& user, const std::string& key) {
  return writer_.run([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(
        const auto removed,
        connection.query("DELETE FROM tokens WHERE user_name = $1 AND key = $2 RETURNING key",
                         "t",
                         {user, key}));
    if (removed.empty()) {
      return Error{ErrorCode::not_found, "no such token"};
    }
    return base::ok();
  });
}

base::Result<SearchPage> SqlMetadataStore::search(const SearchQuery& query) {
  const auto terms = search_terms(query.text);
  const auto& words = terms.words;
  std::vector<SqlValue> parameters;
  std::string where = "unpublished = 0 AND " + visible_to(query.reader, parameters);
  for (const auto& condition : conditions_of(terms, parameters)) {
    where += " AND " + condition;
  }
  for (const auto& word : words) {
    parameters.emplace_back(like_pattern("%", word, "%"));
    where += " AND search_text LIKE $" + std::to_string(parameters.size()) + " ESCAPE '\\'";
  }
  BASE_TRY_ASSIGN(const auto counted,
                  read("SELECT count(*) FROM packages WHERE " + where, "i", parameters));
  SearchPage page;
  page.total = integer(counted[0][0]);

  // The very name first, then names that begin with or contain the first word, then the rest.
  const std::string first = words.empty() ? "" : words.front();
  parameters.emplace_back(first);
  const std::string exact = "$" + std::to_string(parameters.size());
  parameters.emplace_back(like_pattern("", first, "%"));
  const std::string prefix = "$" + std::to_string(parameters.size());
  parameters.emplace_back(like_pattern("%", first, "%"));
  const std::string inside = "$" + std::to_string(parameters.size());
  parameters.emplace_back(query.limit);
  const std::string limit = "$" + std::to_string(parameters.size());
  parameters.emplace_back(query.offset);
  const std::string offset = "$" + std::to_string(parameters.size());
  BASE_TRY_ASSIGN(
      const auto rows,
      read("SELECT summary FROM packages WHERE " + where + " ORDER BY CASE WHEN name = " + exact +
               " THEN 0 WHEN name LIKE " + prefix + " ESCAPE '\\' THEN 1 WHEN name LIKE " + inside +
               " ESCAPE '\\' THEN 2 ELSE 3 END, name LIMIT " + limit + " OFFSET " + offset,
           "t",
           parameters));
  for (const auto& row : rows) {
    page.summaries.push_back(text(row[0]));
  }
  return page;
}

base::Result<std::vector<ChangedPackage>> SqlMetadataStore::changes_since(std::int64_t sequence,
                                                                          std::int64_t limit) {
  BASE_TRY_ASSIGN(const auto rows,
                  read("SELECT name, sequence, revision FROM packages WHERE sequence > $1 "
                       "ORDER BY sequence LIMIT $2",
                       "tii",
                       {sequence, limit}));
  std::vector<ChangedPackage> changes;
  changes.reserve(rows.size());
  for (const auto& row : rows) {
    changes.push_back(
        {.name = text(row[0]), .sequence = integer(row[1]), .revision = integer(row[2])});
  }
  return changes;
}

base::Result<bool> SqlMetadataStore::names_blob(const std::string& blob) {
  BASE_TRY_ASSIGN(
      const auto rows,
      read("SELECT position FROM versions WHERE blob = $1 AND removed = 0 LIMIT 1", "i", {blob}));
  return !rows.empty();
}

base::Status SqlMetadataStore::check() {
  BASE_TRY_ASSIGN(const auto rows, read("SELECT value FROM counters", "i", {}));
  return rows.empty() ? base::Status(Error{ErrorCode::io, "the database has lost its counters"})
                      : base::ok();
}

}  // namespace registry::store
