#include "registry/store/signing_keys.hpp"

namespace registry::store {

base::Result<std::vector<SigningKeyRecord>> SigningKeys::all() {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT id, public_key, sealed, created, expires FROM signing_keys "
                            "ORDER BY created DESC, id",
                            "tttii",
                            {}));
  std::vector<SigningKeyRecord> keys;
  keys.reserve(rows.size());
  for (const auto& row : rows) {
    SigningKeyRecord key{.id = text(row[0]),
                         .public_key = text(row[1]),
                         .sealed = text(row[2]),
                         .created = integer(row[3]),
                         .expires = {}};
    if (!std::holds_alternative<std::monostate>(row[4])) {
      key.expires = integer(row[4]);
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

base::Status SigningKeys::add(const SigningKeyRecord& key) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    const SqlValue expires = key.expires ? SqlValue(*key.expires) : SqlValue(std::monostate());
    BASE_TRY(
        connection.query("INSERT INTO signing_keys (id, public_key, sealed, created, expires) "
                         "VALUES ($1, $2, $3, $4, $5)",
                         "",
                         {key.id, key.public_key, key.sealed, key.created, expires}));
    return base::ok();
  });
}

base::Status SigningKeys::expire(std::int64_t when) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(
        connection.query("UPDATE signing_keys SET expires = $1 WHERE expires IS NULL", "", {when}));
    return base::ok();
  });
}

}  // namespace registry::store
