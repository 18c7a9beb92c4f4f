#include "registry/store/group_committer.hpp"

#include "agent/base/fs/temporary_directory.hpp"
#include "registry/store/sqlite.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace {

using base::Error;
using base::ErrorCode;
using registry::store::GroupCommitter;
using registry::store::integer;
using registry::store::SqlConnection;
using registry::store::sqlite_database;

struct World {
  World() : folder(base::fs::TemporaryDirectory::create("/tmp").operator*()) {
    database = sqlite_database(folder.path() / "x.db");
    auto connection = database->connect();
    REQUIRE(connection);
    REQUIRE((*connection)->execute("CREATE TABLE t (n BIGINT PRIMARY KEY)"));
  }
  std::int64_t count() {
    auto connection = database->connect();
    REQUIRE(connection);
    return integer((*(*connection)->query("SELECT count(*) FROM t", "i", {}))[0][0]);
  }
  base::fs::TemporaryDirectory folder;
  std::unique_ptr<registry::store::SqlDatabase> database;
};

base::Status insert(SqlConnection& connection, std::int64_t n) {
  const auto rows = connection.query("INSERT INTO t (n) VALUES ($1)", "", {n});
  return rows ? base::ok() : base::Status(rows.error());
}

TEST_SUITE_BEGIN("registry.store.group_committer");

TEST_CASE("a job that fails is undone alone") {
  World world;
  GroupCommitter committer(*world.database);
  std::vector<base::Status> results(20, base::ok());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < results.size(); ++i) {
      threads.emplace_back([&, i] {
        results[i] = committer.run([i](SqlConnection& connection) -> base::Status {
          BASE_TRY(insert(connection, static_cast<std::int64_t>(i)));
          return i % 2 == 0 ? base::ok() : base::Status(Error{ErrorCode::conflict, "odd"});
        });
      });
    }
  }

  for (std::size_t i = 0; i < results.size(); ++i) {
    CHECK(results[i].has_value() == (i % 2 == 0));
  }
  CHECK(world.count() == 10);
}

TEST_CASE("a violated constraint does not hurt the jobs beside it") {
  World world;
  GroupCommitter committer(*world.database);
  REQUIRE(committer.run([](SqlConnection& connection) { return insert(connection, 1); }));

  const auto twice = committer.run([](SqlConnection& connection) { return insert(connection, 1); });
  const auto other = committer.run([](SqlConnection& connection) { return insert(connection, 2); });

  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == ErrorCode::conflict);
  CHECK(other.has_value());
  CHECK(world.count() == 2);
}

TEST_SUITE_END();

}  // namespace
