#include "registry/store/postgres.hpp"
#include "registry/store/reconnecting.hpp"
#include "registry/store/schema.hpp"
#include "registry/store/sql_metadata_store.hpp"
#include "tests/support/registry/store/account_contract.hpp"
#include "tests/support/registry/store/metadata_contract.hpp"
#include "tests/support/registry/store/postgres_cluster.hpp"
#include "tests/support/registry/store/sample_package.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

namespace {

using base::ErrorCode;
using namespace registry::store;  // NOLINT(google-build-using-namespace)

bool skipped() {
  if (PostgresCluster::programs()) {
    return false;
  }
  MESSAGE("skipped: PostgreSQL's server is not installed");
  return true;
}

TEST_SUITE_BEGIN("registry.store.postgres");

TEST_CASE("PostgreSQL keeps the contract of a metadata store") {
  if (skipped()) {
    return;
  }
  PostgresCluster cluster;
  int number = 0;
  for (const auto& contract : metadata_contract()) {
    CAPTURE(contract.name);
    const auto address = cluster.create_database("contract" + std::to_string(number++));
    auto database = postgres_database({.url = address, .password = {}});
    REQUIRE(migrate_schema(*database));
    SqlMetadataStore store(std::move(database));

    contract.run(store);
  }
  for (const auto& contract : account_contract()) {
    CAPTURE(contract.name);
    const auto address = cluster.create_database("accounts" + std::to_string(number++));
    auto database = postgres_database({.url = address, .password = {}});
    REQUIRE(migrate_schema(*database));
    SqlMetadataStore store(std::move(database));

    contract.run(store);
  }
}

TEST_CASE("two replicas cannot both publish one version, nor both bring up the schema") {
  if (skipped()) {
    return;
  }
  PostgresCluster cluster;
  const auto address = cluster.create_database("replicas");
  const base::SystemClock clock;
  const auto replica = [&] {
    return std::make_unique<SqlMetadataStore>(
        reconnecting(postgres_database({.url = address, .password = {}}), clock));
  };
  const auto one = replica();
  const auto two = replica();
  {
    const std::jthread first([&] { CHECK(one->check().has_value()); });
    const std::jthread second([&] { CHECK(two->check().has_value()); });
  }

  const auto change = registry::sample_publish({.name = "n"}, "1.0.0");
  base::Result<std::int64_t> first = 0;
  base::Result<std::int64_t> second = 0;
  {
    const std::jthread publisher([&] { first = one->commit(change); });
    second = two->commit(change);
  }

  CHECK(first.has_value() != second.has_value());
  INFO((first ? second : first).error().message);
  CHECK((first ? second : first).error().code == ErrorCode::conflict);
}

TEST_CASE("a database that goes away is unavailable until it is back, and nothing is lost") {
  if (skipped()) {
    return;
  }
  PostgresCluster cluster;
  const base::SystemClock clock;
  SqlMetadataStore store(reconnecting(
      postgres_database({.url = cluster.create_database("away"), .password = {}}), clock));
  REQUIRE(store.commit(registry::sample_publish({.name = "before"}, "1.0.0")));

  cluster.kill();
  const auto reading = store.load("before");
  const auto writing = store.commit(registry::sample_publish({.name = "during"}, "1.0.0"));
  cluster.start();

  REQUIRE_FALSE(reading);
  CHECK(reading.error().code == ErrorCode::unavailable);
  REQUIRE_FALSE(writing);
  INFO(writing.error().message);
  CHECK(writing.error().code == ErrorCode::unavailable);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!store.check()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
  const auto stored = store.load("before");
  REQUIRE(stored);
  CHECK(stored->has_value());
  CHECK(store.commit(registry::sample_publish({.name = "after"}, "1.0.0")).has_value());
}

TEST_CASE("a password never occurs in an error") {
  const auto database = postgres_database(
      {.url = "postgres://user:hunter2@127.0.0.1:1/none", .password = base::Secret("hunter3")});

  const auto connection = database->connect();

  REQUIRE_FALSE(connection);
  CHECK(connection.error().code == ErrorCode::unavailable);
  CHECK(connection.error().message.find("hunter") == std::string::npos);
}

TEST_SUITE_END();

}  // namespace
