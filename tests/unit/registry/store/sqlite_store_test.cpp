#include "agent/base/fs/temporary_directory.hpp"
#include "registry/store/schema.hpp"
#include "registry/store/sql_metadata_store.hpp"
#include "registry/store/sqlite.hpp"
#include "tests/support/registry/store/account_contract.hpp"
#include "tests/support/registry/store/metadata_contract.hpp"
#include "tests/support/registry/store/sample_package.hpp"

#include <doctest/doctest.h>

namespace {

using base::fs::TemporaryDirectory;
using namespace registry::store;  // NOLINT(google-build-using-namespace)

TEST_SUITE_BEGIN("registry.store.sqlite");

TEST_CASE("SQLite keeps the contract of a metadata store") {
  for (const auto& contract : metadata_contract()) {
    SUBCASE(contract.name) {
      const auto folder = TemporaryDirectory::create("/tmp");
      REQUIRE(folder);
      auto database = sqlite_database(folder->path() / "registry.db");
      REQUIRE(migrate_schema(*database));
      SqlMetadataStore store(std::move(database));

      contract.run(store);
    }
  }
}

TEST_CASE("SQLite keeps the contract of accounts") {
  for (const auto& contract : account_contract()) {
    SUBCASE(contract.name.c_str()) {
      const auto folder = TemporaryDirectory::create("/tmp");
      REQUIRE(folder);
      auto database = sqlite_database(folder->path() / "registry.db");
      REQUIRE(migrate_schema(*database));
      SqlMetadataStore store(std::move(database));

      contract.run(store);
    }
  }
}

TEST_CASE("what was committed is there when the file is opened again") {
  const auto folder = TemporaryDirectory::create("/tmp");
  REQUIRE(folder);
  const auto file = folder->path() / "registry.db";
  {
    auto database = sqlite_database(file);
    REQUIRE(migrate_schema(*database));
    SqlMetadataStore store(std::move(database));
    REQUIRE(store.commit(registry::sample_publish({.name = "n"}, "1.0.0")));
  }

  auto database = sqlite_database(file);
  REQUIRE(migrate_schema(*database));
  SqlMetadataStore store(std::move(database));

  const auto package = store.load("n");
  REQUIRE(package);
  CHECK(package->has_value());
}

TEST_CASE("a database of a newer program is left alone") {
  const auto folder = TemporaryDirectory::create("/tmp");
  REQUIRE(folder);
  const auto database = sqlite_database(folder->path() / "registry.db");
  REQUIRE(migrate_schema(*database));
  REQUIRE((*database->connect())->execute("UPDATE schema_version SET version = 999"));

  const auto migrated = migrate_schema(*database);

  REQUIRE_FALSE(migrated);
  CHECK(migrated.error().reason == "newer_database");
}

TEST_SUITE_END();

}  // namespace
