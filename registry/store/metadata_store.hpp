#pragma once
// What the registry must not forget, apart from the tarballs: packages, users, tokens.
//
// Every write that returned success is durable. A package's write names the revision it began from
// and is refused when another was faster; so the same version is never stored twice, whoever races.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "registry/core/package.hpp"
#include "registry/store/visible_packages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registry::store {

struct UserRecord {
  std::string name;
  std::string password_hash;  // Never the password.
  std::string email;
  base::WallTime created;
};

struct TokenRecord {
  std::string digest;  // SHA-256 in hex of the token, which itself is stored nowhere.
  std::string key;     // Names the token in listings.
  std::string user;
  std::string label;
  std::string hint;  // "npm_aBcD…7890": enough to recognise it, too little to use it.
  bool read_only = false;
  base::WallTime created;
  std::optional<base::WallTime> expires;
  std::string description;
  std::string limits;  // access::limits_text(); empty when there are no more.
};

struct SearchQuery {
  // Words that must all occur in name, description or keywords, and qualifiers: see
  // search_terms.hpp.
  std::string text;
  std::int64_t offset = 0;
  std::int64_t limit = 20;
  Reader reader;
};

struct SearchPage {
  std::vector<std::string> summaries;  // core::search_summary() of each package, best first.
  std::int64_t total = 0;              // Of all matches, not of the page.
};

struct ChangedPackage {
  std::string name;
  std::int64_t sequence = 0;
  std::int64_t revision = 0;
};

// Safe from any thread. Any call may fail with unavailable while the database is away, or with io.
class MetadataStore {
 public:
  virtual ~MetadataStore() = default;

  // The package, tombstones included; nothing when the name was never used.
  virtual base::Result<std::optional<core::Package>> load(const std::string& name) = 0;

  // Makes the change durable and returns its sequence. Errors: conflict when the package's revision
  // is not the one the change began from; nothing is changed then. Callers at the same time share
  // one transaction.
  virtual base::Result<std::int64_t> commit(const core::Change& change) = 0;

  virtual base::Result<std::optional<UserRecord>> find_user(const std::string& name) = 0;
  // Errors: conflict when the name is taken.
  virtual base::Status add_user(const UserRecord& user) = 0;

  virtual base::Result<std::optional<TokenRecord>> find_token(const std::string& digest) = 0;
  virtual base::Result<std::vector<TokenRecord>> tokens_of(const std::string& user) = 0;
  virtual base::Status add_token(const TokenRecord& token) = 0;
  // Errors: not_found when the user has no token of that key.
  virtual base::Status remove_token(const std::string& user, const std::string& key) = 0;

  virtual base::Result<SearchPage> search(const SearchQuery& query) = 0;

  // Packages written after `sequence`, in the order of their last write.
  virtual base::Result<std::vector<ChangedPackage>> changes_since(std::int64_t sequence,
                                                                  std::int64_t limit) = 0;

  // Whether a version that is not removed has the blob.
  virtual base::Result<bool> names_blob(const std::string& blob) = 0;

  // Success when a read succeeds.
  virtual base::Status check() = 0;
};

}  // namespace registry::store
