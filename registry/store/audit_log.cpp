#include "registry/store/audit_log.hpp"

#include "agent/base/core/assert.hpp"

#include <fmt/format.h>

namespace registry::store {

base::Status AuditLog::append(const std::vector<AuditEntry>& entries) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    const auto count = static_cast<std::int64_t>(entries.size());
    BASE_TRY_ASSIGN(
        const auto counted,
        connection.query(
            "UPDATE counters SET value = value + $1 WHERE name = 'audit' RETURNING value",
            "i",
            {count}));
    BASE_ASSERT(counted.size() == 1);
    auto position = integer(counted[0][0]) - count;
    for (const auto& entry : entries) {
      BASE_TRY(connection.query(
          "INSERT INTO audit_log (position, time, user_name, token, client, action, package, "
          "organization, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          "",
          {++position,
           entry.time,
           entry.user,
           entry.token,
           entry.client,
           entry.action,
           entry.package,
           entry.organization,
           entry.status}));
    }
    return base::ok();
  });
}

base::Result<std::vector<AuditEntry>> AuditLog::read(const AuditQuery& query) {
  std::vector<SqlValue> parameters = {query.after};
  std::string where = "position > $1";
  const auto add = [&](const char* column, const std::string& value) {
    if (!value.empty()) {
      parameters.emplace_back(value);
      where += fmt::format(" AND {} = ${}", column, parameters.size());
    }
  };
  add("package", query.package);
  add("user_name", query.user);
  parameters.emplace_back(query.limit);
  BASE_TRY_ASSIGN(
      const auto rows,
      sql_.read("SELECT position, time, user_name, token, client, action, package, "
                "organization, status FROM audit_log WHERE " +
                    where + fmt::format(" ORDER BY position LIMIT ${}", parameters.size()),
                "iitttttti",
                parameters));
  std::vector<AuditEntry> entries;
  entries.reserve(rows.size());
  for (const auto& row : rows) {
    entries.push_back({.position = integer(row[0]),
                       .time = integer(row[1]),
                       .user = text(row[2]),
                       .token = text(row[3]),
                       .client = text(row[4]),
                       .action = text(row[5]),
                       .package = text(row[6]),
                       .organization = text(row[7]),
                       .status = integer(row[8])});
  }
  return entries;
}

}  // namespace registry::store
