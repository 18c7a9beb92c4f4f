#pragma once
// The little of SQL that both databases understand alike: parameters are $1, $2, … in the order of
// their first use, values are integers and text, constraints answer with the code conflict.

#include "agent/base/core/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace registry::store {

using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

inline std::int64_t integer(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

inline std::string text(const SqlValue& value) {
  const auto* found = std::get_if<std::string>(&value);
  return found == nullptr ? std::string() : *found;
}

// Belongs to one thread at a time.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // Runs one statement and returns its rows. `columns` has a letter for each column it returns: i
  // for an integer, t for text. Errors: conflict (a constraint), unavailable (the connection is
  // lost; is_usable() is false from then on), io, internal.
  virtual base::Result<std::vector<SqlRow>> query(std::string_view sql,
                                                  std::string_view columns,
                                                  const std::vector<SqlValue>& parameters) = 0;

  // Runs statements without parameters, separated by semicolons.
  virtual base::Status execute(std::string_view sql) = 0;

  [[nodiscard]] virtual bool is_usable() const = 0;
};

// Where connections come from. Safe from any thread.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;
  virtual base::Result<std::unique_ptr<SqlConnection>> connect() = 0;
  // Starts a transaction that will write; one that waits for its turn here cannot deadlock later.
  [[nodiscard]] virtual std::string_view begin_write() const = 0;
  // Starts a transaction whose reads all see one state.
  [[nodiscard]] virtual std::string_view begin_read() const = 0;
};

}  // namespace registry::store
