#include "agent/base/store/migrations.hpp"

#include <fmt/format.h>

namespace base::store {
namespace {

Result<std::int64_t> version_of(Database& database, std::string_view module) {
  BASE_TRY_ASSIGN(auto query,
                  database.prepare("SELECT version FROM schema_version WHERE module = ?"));
  query.bind(1, module);
  BASE_TRY_ASSIGN(const bool found, query.step());
  return found ? query.integer(0) : 0;
}

Status apply(Database& database, std::string_view module, const Migration& migration) {
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(database));
  BASE_TRY(database.execute(migration.sql));
  {
    BASE_TRY_ASSIGN(
        auto record,
        database.prepare("INSERT INTO schema_version (module, version) VALUES (?, ?) "
                         "ON CONFLICT (module) DO UPDATE SET version = excluded.version"));
    BASE_TRY(record.bind(1, module).bind(2, std::int64_t{migration.version}).run());
  }
  return transaction.commit();
}

}  // namespace

Status migrate(Database& database, std::string_view module, std::span<const Migration> migrations) {
  BASE_TRY(
      database.execute("CREATE TABLE IF NOT EXISTS schema_version (module TEXT PRIMARY KEY, "
                       "version INTEGER NOT NULL)"
                       " STRICT"));
  BASE_TRY_ASSIGN(const auto present, version_of(database, module));
  const auto newest = static_cast<std::int64_t>(migrations.size());
  if (present > newest) {
    return Error{ErrorCode::conflict,
                 fmt::format("the tables of '{}' have version {}; this program knows up to {}",
                             module,
                             present,
                             newest),
                 "Install the version of the program that wrote them, or a newer one.",
                 "newer_database"};
  }
  auto expected = present;
  for (const auto& migration : migrations.subspan(static_cast<std::size_t>(present))) {
    BASE_ASSERT(migration.version == ++expected);
    auto applied = apply(database, module, migration);
    if (!applied) {
      return std::move(applied).error().with_context(fmt::format(
          "migrate '{}' to version {} ({})", module, migration.version, migration.name));
    }
  }
  return ok();
}

}  // namespace base::store
