#include "registry/store/profiles.hpp"

namespace registry::store {

using base::Error;
using base::ErrorCode;

base::Result<Profile> Profiles::find(const std::string& user) {
  BASE_TRY_ASSIGN(
      const auto rows,
      sql_.read("SELECT fields, second_factor, updated FROM users WHERE name = $1", "tti", {user}));
  if (rows.empty()) {
    return Error{ErrorCode::not_found, "no such user"};
  }
  return Profile{.fields = text(rows[0][0]),
                 .second_factor = text(rows[0][1]),
                 .updated = integer(rows[0][2])};
}

base::Status Profiles::update(const std::string& sql, const std::vector<SqlValue>& parameters) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(const auto updated, connection.query(sql, "t", parameters));
    return updated.empty() ? base::Status(Error{ErrorCode::not_found, "no such user"}) : base::ok();
  });
}

base::Status Profiles::set_fields(const std::string& user,
                                  const std::string& email,
                                  const std::string& fields,
                                  std::int64_t now) {
  return update(
      "UPDATE users SET email = $1, fields = $2, updated = $3 WHERE name = $4 RETURNING name",
      {email, fields, now, user});
}

base::Status Profiles::set_password(const std::string& user,
                                    const std::string& hash,
                                    std::int64_t now) {
  return update("UPDATE users SET password_hash = $1, updated = $2 WHERE name = $3 RETURNING name",
                {hash, now, user});
}

base::Status Profiles::set_second_factor(const std::string& user,
                                         const std::string& before,
                                         const std::string& after,
                                         const std::string& mode) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(const auto updated,
                    connection.query("UPDATE users SET second_factor = $1, second_factor_mode = $2 "
                                     "WHERE name = $3 AND second_factor = $4 RETURNING name",
                                     "t",
                                     {after, mode, user, before}));
    return updated.empty() ? base::Status(Error{ErrorCode::conflict,
                                                "the second factor was changed at the same time"})
                           : base::ok();
  });
}

}  // namespace registry::store
