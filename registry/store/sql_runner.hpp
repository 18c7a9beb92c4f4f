#pragma once
// Reads and transactions for the tables of one topic, so that each topic has a file of its own and
// all share the connections and the one writer.

#include "registry/store/sql_connection.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace registry::store {

// Safe from any thread; may block.
class SqlRunner {
 public:
  using Job = std::function<base::Status(SqlConnection& connection)>;

  virtual ~SqlRunner() = default;

  virtual base::Result<std::vector<SqlRow>> read(std::string_view sql,
                                                 std::string_view columns,
                                                 const std::vector<SqlValue>& parameters) = 0;

  // Runs the job in a transaction, which those of others may share; what it did is durable on
  // success and undone on failure. The job may be run without its outcome being kept, so it changes
  // nothing but the database.
  virtual base::Status write(const Job& job) = 0;
};

}  // namespace registry::store
