#pragma once

#include "registry/store/connection_pool.hpp"
#include "registry/store/group_committer.hpp"
#include "registry/store/metadata_store.hpp"
#include "registry/store/sql_connection.hpp"
#include "registry/store/sql_runner.hpp"

#include <memory>

namespace registry::store {

// The one implementation, over either database. The schema must be there: see migrate_schema().
class SqlMetadataStore final : public MetadataStore, public SqlRunner {
 public:
  explicit SqlMetadataStore(std::unique_ptr<SqlDatabase> database);

  base::Result<std::optional<core::Package>> load(const std::string& name) override;
  base::Result<std::int64_t> commit(const core::Change& change) override;
  base::Result<std::optional<UserRecord>> find_user(const std::string& name) override;
  base::Status add_user(const UserRecord& user) override;
  base::Result<std::optional<TokenRecord>> find_token(const std::string& digest) override;
  base::Result<std::vector<TokenRecord>> tokens_of(const std::string& user) override;
  base::Status add_token(const TokenRecord& token) override;
  base::Status remove_token(const std::string& user, const std::string& key) override;
  base::Result<SearchPage> search(const SearchQuery& query) override;
  base::Result<std::vector<ChangedPackage>> changes_since(std::int64_t sequence,
                                                          std::int64_t limit) override;
  base::Result<bool> names_blob(const std::string& blob) override;
  base::Status check() override;

  base::Result<std::vector<SqlRow>> read(std::string_view sql,
                                         std::string_view columns,
                                         const std::vector<SqlValue>& parameters) override;
  base::Status write(const Job& job) override { return writer_.run(job); }

 private:
  std::unique_ptr<SqlDatabase> database_;
  ConnectionPool readers_;
  GroupCommitter writer_;
};

}  // namespace registry::store
