#pragma once
// What the tables of accounts promise, whichever database they are in.

#include "registry/store/sql_metadata_store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace registry::store {

struct AccountContract {
  std::string name;
  std::function<void(SqlMetadataStore& store)> run;  // On a database that is empty.
};

std::vector<AccountContract> account_contract();

}  // namespace registry::store
