#include "registry/store/blob_collection.hpp"

#include "agent/base/fs/lock_file.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "registry/store/blob_store.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

namespace {

using base::ErrorCode;
using base::fs::TemporaryDirectory;
using registry::store::BlobStore;
using registry::store::Collection;
using registry::store::open_blob_folder;

constexpr std::chrono::hours k_grace{24};

// Blobs are as old as the files that hold them, so time passes by what a collection is told.
struct World {
  World() {
    auto opened = open_blob_folder(folder.path());
    REQUIRE(opened);
    blobs = *std::move(opened);
  }

  std::string keep(std::string_view bytes) const {
    auto pending = blobs->begin();
    REQUIRE(pending);
    REQUIRE((*pending)->append(bytes));
    const auto digests = (*pending)->seal();
    REQUIRE(digests);
    REQUIRE((*pending)->keep());
    return digests->sha512_hex;
  }

  Collection collect(std::chrono::hours later) const {
    const auto done =
        blobs->collect({.is_named = [this](const std::string& id) -> base::Result<bool> {
                          return named.contains(id);
                        },
                        .now = now + later,
                        .grace = k_grace});
    REQUIRE(done);
    return *done;
  }

  [[nodiscard]] bool is_set_aside(const std::string& id) const {
    return std::filesystem::exists(folder.path() / "unreferenced" / id);
  }
  [[nodiscard]] bool is_in_place(const std::string& id) const {
    return std::filesystem::exists(folder.path() / "sha512" / id.substr(0, 2) / id);
  }

  TemporaryDirectory folder = TemporaryDirectory::create("/tmp").operator*();
  std::unique_ptr<BlobStore> blobs;
  std::set<std::string> named;
  base::WallTime now = base::SystemClock().wall_time();
};

TEST_SUITE_BEGIN("registry.store.blob_collection");

TEST_CASE("what nothing names is set aside first and deleted after as long again") {
  World world;
  const auto lost = world.keep("lost");
  const auto named = world.keep("named");
  world.named.insert(named);

  const auto first = world.collect(k_grace + std::chrono::hours(1));
  const auto second = world.collect(k_grace + std::chrono::hours(2));
  CHECK(world.is_set_aside(lost));
  const auto third = world.collect(2 * k_grace + std::chrono::hours(1));

  CHECK(first.set_aside == 1);
  CHECK(first.deleted == 0);
  CHECK(second.deleted == 0);
  CHECK(third.deleted == 1);
  CHECK(third.deleted_bytes == 4);
  CHECK_FALSE(world.is_set_aside(lost));
  CHECK_FALSE(world.is_in_place(lost));
  CHECK(world.is_in_place(named));
}

TEST_CASE("a blob within the grace time is left alone: its publish may not be committed yet") {
  World world;
  const auto fresh = world.keep("fresh");

  const auto done = world.collect(std::chrono::hours(1));

  CHECK(done.set_aside == 0);
  CHECK(world.is_in_place(fresh));
}

TEST_CASE("opening what lies aside puts it back") {
  World world;
  const auto blob = world.keep("blob");
  REQUIRE(world.collect(k_grace * 2).set_aside == 1);

  const auto opened = world.blobs->open(blob);

  REQUIRE(opened);
  CHECK(opened->size == 4);
  CHECK(world.is_in_place(blob));
  CHECK_FALSE(world.is_set_aside(blob));
}

TEST_CASE("what is named again is put back, however long it lay aside") {
  World world;
  const auto blob = world.keep("blob");
  REQUIRE(world.collect(k_grace * 2).set_aside == 1);
  world.named.insert(blob);

  const auto done = world.collect(k_grace * 10);

  CHECK(done.put_back == 1);
  CHECK(done.deleted == 0);
  CHECK(world.is_in_place(blob));
}

TEST_CASE("bytes that are published again while they lie aside outlive them") {
  World world;
  const auto blob = world.keep("blob");
  REQUIRE(world.collect(k_grace * 2).set_aside == 1);
  CHECK(world.keep("blob") == blob);
  std::filesystem::last_write_time(
      world.folder.path() / "sha512" / blob.substr(0, 2) / blob,
      std::filesystem::file_time_type::clock::now() + std::chrono::hours(24 * 30));

  const auto done = world.collect(k_grace * 4);

  CHECK(done.deleted == 1);
  CHECK(world.is_in_place(blob));
  CHECK(world.blobs->open(blob).has_value());
}

TEST_CASE("when it cannot be told what is named, nothing is touched") {
  World world;
  const auto blob = world.keep("blob");

  const auto done = world.blobs->collect({.is_named = [](const std::string&) -> base::Result<bool> {
                                            return base::Error{ErrorCode::unavailable, "away"};
                                          },
                                          .now = world.now + k_grace * 2,
                                          .grace = k_grace});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::unavailable);
  CHECK(world.is_in_place(blob));
}

TEST_CASE("only one collects at a time") {
  World world;
  const auto other = base::fs::LockFile::acquire(world.folder.path() / "collection.lock");
  REQUIRE(other);

  const auto done = world.blobs->collect(
      {.is_named = [](const std::string&) -> base::Result<bool> { return false; },
       .now = world.now,
       .grace = k_grace});

  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::conflict);
}

TEST_CASE("files that are no blobs are left alone") {
  World world;
  const auto stray = world.folder.path() / "sha512" / "ab" / "README";
  REQUIRE(base::fs::write_atomically(stray, "x", 0600));

  const auto done = world.collect(k_grace * 2);

  CHECK(done.set_aside == 0);
  CHECK(std::filesystem::exists(stray));
}

TEST_SUITE_END();

}  // namespace
