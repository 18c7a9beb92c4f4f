#include "agent/base/store/database.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/store/migrations.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <array>
#include <filesystem>

namespace {

using base::ErrorCode;
using base::fs::TemporaryDirectory;
using base::store::Database;
using base::store::migrate;
using base::store::Migration;
using base::store::Transaction;

struct Fixture {
  TemporaryDirectory folder = *TemporaryDirectory::create(std::filesystem::temp_directory_path());
  Database open() const {
    auto opened = Database::open(folder.path() / "state.db");
    REQUIRE(opened);
    return *std::move(opened);
  }
};

std::int64_t count(Database& database, std::string_view table) {
  auto query = database.prepare("SELECT count(*) FROM " + std::string(table));
  REQUIRE(query);
  const auto row = query->step();
  REQUIRE(row);
  return query->integer(0);
}

TEST_SUITE_BEGIN("base.store.database");

TEST_CASE_FIXTURE(Fixture, "the file is for its owner alone and commits survive a power cut") {
  auto database = open();

  auto mode = database.prepare("PRAGMA journal_mode");
  REQUIRE(mode);
  REQUIRE(mode->step());
  CHECK(mode->text(0) == "wal");
  auto synchronous = database.prepare("PRAGMA synchronous");
  REQUIRE(synchronous);
  REQUIRE(synchronous->step());
  CHECK(synchronous->integer(0) == 2);
  struct stat status {};
  REQUIRE(::stat((folder.path() / "state.db").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE_FIXTURE(Fixture, "every type comes back as it went in") {
  auto database = open();
  REQUIRE(database.execute("CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, n TEXT)"));
  const std::string bytes("a\0b", 3);
  {
    auto insert = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
    REQUIRE(insert);
    insert->bind(1, std::int64_t{1} << 40).bind(2, 0.5).bind(3, "grün").bind_blob(4, bytes);
    insert->bind_null(5);
    REQUIRE(insert->run());
  }

  auto query = database.prepare("SELECT i, r, s, b, n FROM t");
  REQUIRE(query);
  REQUIRE(*query->step());

  CHECK(query->integer(0) == std::int64_t{1} << 40);
  CHECK(query->real(1) == doctest::Approx(0.5));
  CHECK(query->text(2) == "grün");
  CHECK(query->text(3) == bytes);
  CHECK_FALSE(query->optional_text(4).has_value());
}

TEST_CASE_FIXTURE(Fixture, "a transaction that is not committed leaves nothing") {
  auto database = open();
  REQUIRE(database.execute("CREATE TABLE t (i INTEGER)"));
  {
    auto transaction = Transaction::begin(database);
    REQUIRE(transaction);
    REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
  }
  CHECK(count(database, "t") == 0);

  auto transaction = Transaction::begin(database);
  REQUIRE(transaction);
  REQUIRE(database.execute("INSERT INTO t VALUES (1)"));
  REQUIRE(transaction->commit());

  auto second = open();
  CHECK(count(second, "t") == 1);
}

TEST_CASE_FIXTURE(Fixture, "a violated constraint is a conflict, wrong SQL a bug") {
  auto database = open();
  REQUIRE(database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)"));

  const auto twice = database.execute("INSERT INTO t VALUES (1)");
  const auto wrong = database.prepare("SELEC");

  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == ErrorCode::conflict);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::internal);
}

TEST_CASE_FIXTURE(Fixture, "a full disk says so") {
  auto database = open();
  REQUIRE(database.execute("CREATE TABLE t (b BLOB); PRAGMA max_page_count=16"));

  const auto filled = database.execute("INSERT INTO t VALUES (zeroblob(1000000))");

  REQUIRE_FALSE(filled);
  CHECK(filled.error().reason == "disk_full");
}

TEST_CASE_FIXTURE(Fixture, "migrations run once, in order, for each module") {
  static constexpr std::array k_first{Migration{1, "one", "CREATE TABLE a (i INTEGER)"}};
  static constexpr std::array k_second{Migration{1, "one", "CREATE TABLE a (i INTEGER)"},
                                       Migration{2, "two", "CREATE TABLE b (i INTEGER)"}};
  static constexpr std::array k_other{Migration{1, "one", "CREATE TABLE c (i INTEGER)"}};
  auto database = open();

  REQUIRE(migrate(database, "m", k_first));
  REQUIRE(migrate(database, "m", k_second));
  REQUIRE(migrate(database, "m", k_second));
  REQUIRE(migrate(database, "n", k_other));

  CHECK(count(database, "b") == 0);
  CHECK(count(database, "c") == 0);
  const auto older = migrate(database, "m", k_first);
  REQUIRE_FALSE(older);
  CHECK(older.error().reason == "newer_database");
}

TEST_CASE_FIXTURE(Fixture, "a migration that fails leaves the version before it") {
  static constexpr std::array k_broken{
      Migration{1, "broken", "CREATE TABLE a (i INTEGER); CREATE TABLE a (i INTEGER)"}};
  static constexpr std::array k_mended{Migration{1, "mended", "CREATE TABLE a (i INTEGER)"}};
  auto database = open();

  REQUIRE_FALSE(migrate(database, "m", k_broken));
  CHECK(migrate(database, "m", k_mended));
}

TEST_CASE_FIXTURE(Fixture, "a file that is no database and a folder that is missing are told") {
  REQUIRE(base::fs::write_atomically(folder.path() / "x.db", std::string(5000, 'x'), 0600));

  const auto damaged = Database::open(folder.path() / "x.db");
  const auto missing = Database::open(folder.path() / "none" / "x.db");

  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().reason == "database_damaged");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::not_found);
}

TEST_CASE_FIXTURE(Fixture, "many different statements and one many times both work") {
  auto database = open();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 300; ++i) {
      auto query = database.prepare("SELECT " + std::to_string(i));
      REQUIRE(query);
      REQUIRE(*query->step());
      CHECK(query->integer(0) == i);
    }
  }
  auto first = database.prepare("SELECT 1");
  auto second = database.prepare("SELECT 1");

  REQUIRE(*first->step());
  REQUIRE(*second->step());
  CHECK(second->integer(0) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a sound file passes the check") {
  auto database = open();

  CHECK(database.quick_check());
}

TEST_SUITE_END();

}  // namespace
