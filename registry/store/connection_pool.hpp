#pragma once
// Connections for reading, one for each caller at a time, kept for the next.

#include "agent/base/core/guarded.hpp"
#include "registry/store/sql_connection.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace registry::store {

// Safe from any thread. There are as many connections as callers at once.
class ConnectionPool {
 public:
  explicit ConnectionPool(SqlDatabase& database) : database_(database) {}

  // Calls `read` with a connection and returns what it returned. When a connection from the pool
  // turns out to be dead, `read` is called once more with a fresh one.
  template <typename T>
  base::Result<T> with(const std::function<base::Result<T>(SqlConnection&)>& read) {
    if (auto connection = take_idle(); connection != nullptr) {
      auto result = read(*connection);
      if (connection->is_usable()) {
        put_back(std::move(connection));
        return result;
      }
    }
    BASE_TRY_ASSIGN(auto connection, database_.connect());
    auto result = read(*connection);
    if (connection->is_usable()) {
      put_back(std::move(connection));
    }
    return result;
  }

 private:
  std::unique_ptr<SqlConnection> take_idle() {
    auto idle = idle_.lock();
    if (idle->empty()) {
      return nullptr;
    }
    auto connection = std::move(idle->back());
    idle->pop_back();
    return connection;
  }
  void put_back(std::unique_ptr<SqlConnection> connection) {
    idle_.lock()->push_back(std::move(connection));
  }

  SqlDatabase& database_;
  base::Guarded<std::vector<std::unique_ptr<SqlConnection>>> idle_;
};

}  // namespace registry::store
