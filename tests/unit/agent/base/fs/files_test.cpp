#include "agent/base/fs/files.hpp"

#include "agent/base/fs/lock_file.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iterator>

namespace {

using base::ErrorCode;
using base::fs::contained_path;
using base::fs::read_file;
using base::fs::read_untrusted_file;
using base::fs::TemporaryDirectory;
using base::fs::write_atomically;

TemporaryDirectory temporary() {
  auto created = TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(created);
  return *std::move(created);
}

TEST_SUITE_BEGIN("base.fs.files");

TEST_CASE("a written file has its bytes and its mode, and nothing is left beside it") {
  const auto folder = temporary();
  const auto path = folder.path() / "key";

  REQUIRE(write_atomically(path, "old", 0644));
  REQUIRE(write_atomically(path, "new", 0600));

  CHECK(*read_file(path, 100) == "new");
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  using Iterator = std::filesystem::directory_iterator;
  CHECK(std::distance(Iterator(folder.path()), Iterator()) == 1);
}

TEST_CASE("a file beyond the limit is refused") {
  const auto folder = temporary();
  REQUIRE(write_atomically(folder.path() / "big", std::string(101, 'x'), 0600));

  const auto contents = read_file(folder.path() / "big", 100);

  REQUIRE_FALSE(contents);
  CHECK(contents.error().code == ErrorCode::too_large);
}

TEST_CASE("a file from a folder of somebody else is read only when it is a regular one") {
  const auto folder = temporary();
  const auto regular = folder.path() / "regular";
  const auto link = folder.path() / "link";
  const auto fifo = folder.path() / "fifo";
  REQUIRE(write_atomically(regular, "text", 0644));
  std::filesystem::create_symlink(regular, link);
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);

  CHECK(*read_untrusted_file(regular, 100) == "text");
  CHECK(read_untrusted_file(link, 100).error().code == ErrorCode::invalid_input);
  CHECK(read_untrusted_file(fifo, 100).error().code == ErrorCode::invalid_input);
  CHECK(read_untrusted_file(folder.path(), 100).error().code == ErrorCode::invalid_input);
  CHECK(read_untrusted_file(regular, 3).error().code == ErrorCode::too_large);
  CHECK(read_untrusted_file(folder.path() / "none", 100).error().code == ErrorCode::not_found);
}

TEST_CASE("a missing file is not_found and names its path") {
  const auto contents = read_file("/nonexistent/file", 10);

  REQUIRE_FALSE(contents);
  CHECK(contents.error().code == ErrorCode::not_found);
  CHECK(contents.error().message.find("/nonexistent/file") != std::string::npos);
}

TEST_CASE("a file in memory has its bytes and cannot be changed") {
  const auto file = base::fs::memory_file("bytes");
  REQUIRE(file);

  std::array<char, 8> read{};
  CHECK(::pread(file->get(), read.data(), read.size(), 0) == 5);
  CHECK(std::string_view(read.data(), 5) == "bytes");
  CHECK(::pwrite(file->get(), "x", 1, 0) == -1);
  CHECK(::ftruncate(file->get(), 0) == -1);
}

TEST_CASE("a path from outside stays inside its root") {
  const auto folder = temporary();
  std::filesystem::create_directory_symlink("/etc", folder.path() / "link");

  CHECK(contained_path(folder.path(), "a/b.txt"));
  for (const char* hostile : {"", "/etc/passwd", "../x", "a/../../x", "a/./b", "link/passwd"}) {
    CAPTURE(hostile);
    CHECK_FALSE(contained_path(folder.path(), hostile));
  }
  CHECK_FALSE(contained_path(folder.path(), std::string_view("a\0b", 3)));
}

TEST_CASE("a folder is removed with its contents, links are not followed") {
  const auto folder = temporary();
  const auto outside = temporary();
  REQUIRE(write_atomically(outside.path() / "kept", "x", 0600));
  REQUIRE(base::fs::make_directories(folder.path() / "a" / "b", 0700));
  std::filesystem::create_directory_symlink(outside.path(), folder.path() / "a" / "link");

  REQUIRE(base::fs::remove_tree(folder.path() / "a"));
  REQUIRE(base::fs::remove_tree(folder.path() / "a"));

  CHECK_FALSE(std::filesystem::exists(folder.path() / "a"));
  CHECK(std::filesystem::exists(outside.path() / "kept"));
}

TEST_CASE("a lock is held once and is free when its holder goes") {
  const auto folder = temporary();
  const auto path = folder.path() / "lock";
  {
    const auto first = base::fs::LockFile::acquire(path);
    REQUIRE(first);

    const auto second = base::fs::LockFile::acquire(path);

    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::conflict);
  }

  CHECK(base::fs::LockFile::acquire(path));
}

TEST_CASE("a lock file that its holder removes is locked anew by the next one") {
  const auto folder = temporary();
  const auto path = folder.path() / "lock";
  const auto first = base::fs::LockFile::acquire(path);
  REQUIRE(first);
  REQUIRE(std::filesystem::remove(path));

  const auto second = base::fs::LockFile::acquire(path);
  const auto third = base::fs::LockFile::acquire(path);

  CHECK(second.has_value());
  CHECK_FALSE(third.has_value());
}

TEST_CASE("free space is read") {
  const auto space = base::fs::free_space("/");

  REQUIRE(space);
  CHECK(space->free_bytes > 0);
}

TEST_SUITE_END();

}  // namespace
