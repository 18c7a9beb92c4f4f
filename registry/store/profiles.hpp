#pragma once
// What a user says about himself, and his second factor.

#include "registry/store/sql_runner.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace registry::store {

struct Profile {
  std::string fields;         // JSON of the public facts: full name, home page and the like.
  std::string second_factor;  // access::SecondFactors's, in which secrets are sealed.
  std::int64_t updated = 0;   // Milliseconds; 0: never.
};

// Safe from any thread; every call may block. All fail with not_found for a user who does not
// exist.
class Profiles {
 public:
  explicit Profiles(SqlRunner& sql) : sql_(sql) {}

  base::Result<Profile> find(const std::string& user);
  base::Status set_fields(const std::string& user,
                          const std::string& email,
                          const std::string& fields,
                          std::int64_t now);
  base::Status set_password(const std::string& user, const std::string& hash, std::int64_t now);
  // `mode` is "auth-only" or "auth-and-writes", or empty while it is not in force. Nothing is
  // written, and the code is conflict, when somebody else changed it since `before` was read.
  base::Status set_second_factor(const std::string& user,
                                 const std::string& before,
                                 const std::string& after,
                                 const std::string& mode);

 private:
  base::Status update(const std::string& sql, const std::vector<SqlValue>& parameters);

  SqlRunner& sql_;
};

}  // namespace registry::store
