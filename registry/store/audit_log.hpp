#pragma once
// Who did what: rows are added and never changed.

#include "registry/store/sql_runner.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace registry::store {

struct AuditEntry {
  std::int64_t position = 0;  // Given when it is stored; grows by one.
  std::int64_t time = 0;      // Milliseconds.
  std::string user;           // Empty: a stranger, or whoever a login failed for.
  std::string token;          // The key of listings; empty: a password, or none.
  std::string client;         // Its address.
  std::string action;         // "PUT /@s%2fn": method and path, without secrets.
  std::string package;
  std::string organization;
  std::int64_t status = 0;  // Of the answer.
};

struct AuditQuery {
  std::int64_t after = 0;  // A position.
  std::int64_t limit = 100;
  std::string package;  // Empty: of all.
  std::string user;
};

// Safe from any thread; every call may block.
class AuditLog {
 public:
  explicit AuditLog(SqlRunner& sql) : sql_(sql) {}

  // All or none, in their order.
  base::Status append(const std::vector<AuditEntry>& entries);
  // In the order of their positions.
  base::Result<std::vector<AuditEntry>> read(const AuditQuery& query);

 private:
  SqlRunner& sql_;
};

}  // namespace registry::store
