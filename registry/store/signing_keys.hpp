#pragma once
// The keys that published versions are signed with. A key that is replaced stays: what it signed is
// still checked against it.

#include "registry/store/sql_runner.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace registry::store {

struct SigningKeyRecord {
  std::string id;          // "SHA256:<base64 of the public key's digest>"
  std::string public_key;  // SubjectPublicKeyInfo, base64.
  std::string sealed;      // The private key, base64 of an envelope.
  std::int64_t created = 0;
  std::optional<std::int64_t> expires;  // It signs nothing that is published later.
};

// Safe from any thread; every call may block. Times are milliseconds.
class SigningKeys {
 public:
  explicit SigningKeys(SqlRunner& sql) : sql_(sql) {}

  // The newest first.
  base::Result<std::vector<SigningKeyRecord>> all();
  base::Status add(const SigningKeyRecord& key);
  // All that have no end get this one.
  base::Status expire(std::int64_t when);

 private:
  SqlRunner& sql_;
};

}  // namespace registry::store
