#include "agent/base/archive/tar_reader.hpp"

#include "agent/base/archive/tar_writer.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::archive::Entry;
using base::archive::EntryKind;
using base::archive::TarLimits;
using base::archive::TarReader;

struct Hostile {
  std::string path;
  char type = '0';
  std::string link;
  std::string contents;
};

void put(std::string& block, std::size_t offset, std::string_view text) {
  block.replace(offset, text.size(), text);
}

std::string octal(std::size_t value, int width) {
  return fmt::format("{:0{}o}", value, width);
}

// A ustar entry byte by byte, since our own writer refuses what these tests need.
std::string raw_entry(const Hostile& entry) {
  std::string block(512, '\0');
  put(block, 0, entry.path);
  put(block, 100, "0000644");
  put(block, 108, "0000000");
  put(block, 116, "0000000");
  put(block, 124, octal(entry.contents.size(), 11));
  put(block, 136, "00000000000");
  put(block, 148, "        ");
  block[156] = entry.type;
  put(block, 157, entry.link);
  put(block,
      257,
      std::string_view("ustar\0"
                       "00",
                       8));
  std::size_t sum = 0;
  for (const char byte : block) {
    sum += static_cast<unsigned char>(byte);
  }
  put(block, 148, octal(sum, 6) + std::string("\0 ", 2));
  block += entry.contents;
  block.resize((block.size() + 511) / 512 * 512);
  return block;
}

std::string raw_archive(const std::vector<Hostile>& entries) {
  std::string bytes;
  for (const auto& entry : entries) {
    bytes += raw_entry(entry);
  }
  return bytes + std::string(1024, '\0');
}

Result<std::vector<Entry>> read_entries(const std::string& bytes, const TarLimits& limits = {}) {
  BASE_TRY_ASSIGN(auto reader, TarReader::open_bytes(bytes, limits));
  std::vector<Entry> entries;
  while (true) {
    BASE_TRY_ASSIGN(auto entry, reader.next());
    if (!entry) {
      return entries;
    }
    entries.push_back(*std::move(entry));
  }
}

TEST_SUITE_BEGIN("base.archive.tar_reader");

TEST_CASE("entries come with plain paths, kinds and contents") {
  const auto bytes = raw_archive({{.path = "./", .type = '5'},
                                  {.path = "./package//a.txt", .contents = "hello"},
                                  {.path = "package/l", .type = '2', .link = "../package/a.txt"},
                                  {.path = "package/h", .type = '1', .link = "./package/a.txt"}});

  const auto entries = read_entries(bytes);

  REQUIRE(entries);
  REQUIRE(entries->size() == 4);
  CHECK(entries->at(0).path == ".");
  CHECK(entries->at(0).kind == EntryKind::directory);
  CHECK(entries->at(1).path == "package/a.txt");
  CHECK(entries->at(1).size == 5);
  CHECK(entries->at(1).mode == 0644);
  CHECK(entries->at(2).kind == EntryKind::symbolic_link);
  CHECK(entries->at(2).link_target == "../package/a.txt");
  CHECK(entries->at(3).kind == EntryKind::hard_link);
  CHECK(entries->at(3).link_target == "package/a.txt");
}

TEST_CASE("contents are read in pieces, and skipping them is allowed") {
  const auto bytes = raw_archive(
      {{.path = "a", .contents = std::string(100'000, 'a')}, {.path = "b", .contents = "hello"}});
  auto reader = TarReader::open_bytes(bytes);
  REQUIRE(reader);
  REQUIRE(reader->next());
  std::array<char, 10> piece{};
  REQUIRE(*reader->read(piece) == 10);
  REQUIRE(reader->next());

  const auto contents = reader->read_all(5);

  REQUIRE(contents);
  CHECK(*contents == "hello");
  CHECK(*reader->read(piece) == 0);
  CHECK_FALSE(reader->next()->has_value());
}

TEST_CASE("what could be written outside the root is refused") {
  std::vector<Hostile> entries;
  SUBCASE("a path upwards") {
    entries = {{.path = "../x"}};
  }
  SUBCASE("a path upwards after a name") {
    entries = {{.path = "a/../../x"}};
  }
  SUBCASE("an absolute path") {
    entries = {{.path = "/etc/passwd"}};
  }
  SUBCASE("an absolute symbolic link") {
    entries = {{.path = "l", .type = '2', .link = "/etc"}};
  }
  SUBCASE("a symbolic link upwards") {
    entries = {{.path = "a/l", .type = '2', .link = "../../etc"}};
  }
  SUBCASE("a symbolic link upwards behind a name") {
    entries = {{.path = "a/l", .type = '2', .link = "b/../c"}};
  }
  SUBCASE("a symbolic link to nothing") {
    entries = {{.path = "l", .type = '2'}};
  }
  SUBCASE("a hard link upwards") {
    entries = {{.path = "l", .type = '1', .link = "../etc/shadow"}};
  }
  SUBCASE("a file behind a link") {
    entries = {{.path = "l", .type = '2', .link = "."}, {.path = "l/x"}};
  }
  SUBCASE("links that are harmless alone and lead out together") {
    entries = {{.path = "a/b/up", .type = '2', .link = "../.."},
               {.path = "a/b/up/out", .type = '2', .link = "../.."}};
  }
  SUBCASE("a hard link behind a link") {
    entries = {{.path = "l", .type = '2', .link = "."}, {.path = "h", .type = '1', .link = "l/x"}};
  }
  SUBCASE("a device") {
    entries = {{.path = "null", .type = '3'}};
  }
  SUBCASE("a fifo") {
    entries = {{.path = "fifo", .type = '6'}};
  }

  const auto read = read_entries(raw_archive(entries));

  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::invalid_input);
}

TEST_CASE("limits hold before anything is unpacked") {
  TarLimits limits;
  SUBCASE("entries") {
    limits.max_entries = 1;
  }
  SUBCASE("bytes of all entries together") {
    limits.max_total_bytes = 9;
  }
  SUBCASE("length of a path") {
    limits.max_path_bytes = 3;
  }

  const auto read = read_entries(
      raw_archive({{.path = "abc", .contents = "12345"}, {.path = "abcd", .contents = "12345"}}),
      limits);

  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::too_large);
}

TEST_CASE("a size that no archive can have is refused") {
  auto bytes = raw_archive({{.path = "a", .contents = "x"}});
  const auto header_with = [&](std::string_view size) {
    auto changed = bytes;
    put(changed, 124, size);
    put(changed, 148, "        ");
    std::size_t sum = 0;
    for (std::size_t i = 0; i < 512; ++i) {
      sum += static_cast<unsigned char>(changed[i]);
    }
    put(changed, 148, octal(sum, 6) + std::string("\0 ", 2));
    return changed;
  };

  CHECK_FALSE(read_entries(header_with("77777777777")));
  CHECK_FALSE(read_entries(header_with("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")));
}

TEST_CASE("a small file that unpacks to gigabytes stops at the limit") {
  const auto bomb = base::archive::tar_bytes(
      [](auto& writer) { return writer.add_file("zeros", std::string(8'000'000, '\0')); },
      base::archive::Compression::zstd);
  REQUIRE(bomb);
  REQUIRE(bomb->size() < 100'000);

  const auto read = read_entries(*bomb, {.max_total_bytes = 1'000'000});

  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::too_large);
}

TEST_CASE("damage is an error, never a crash") {
  const auto whole = base::archive::tar_bytes(
      [](auto& writer) { return writer.add_file("package/package.json", R"({"name":"x"})"); },
      base::archive::Compression::gzip);
  REQUIRE(whole);

  for (std::size_t cut = 0; cut + 9 < whole->size(); ++cut) {
    CAPTURE(cut);
    CHECK_FALSE(read_entries(whole->substr(0, cut)));
  }
  for (const char* text : {"not an archive", "PK\x03\x04", "\x1f\x8b\x08"}) {
    CHECK_FALSE(read_entries(text));
  }
}

TEST_CASE("an error of the source is handed on") {
  const auto reader = TarReader::open([](std::span<char>) -> Result<std::size_t> {
    return Error{ErrorCode::unavailable, "the connection broke"};
  });

  REQUIRE_FALSE(reader);
  CHECK(reader.error().code == ErrorCode::unavailable);
}

TEST_CASE("an entry larger than its reader wants is too large") {
  const auto bytes = raw_archive({{.path = "a", .contents = "12345"}});
  auto reader = TarReader::open_bytes(bytes);
  REQUIRE(reader);
  REQUIRE(reader->next());

  const auto contents = reader->read_all(4);

  REQUIRE_FALSE(contents);
  CHECK(contents.error().code == ErrorCode::too_large);
}

TEST_CASE("a file on disk is read, a missing one is not found") {
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  const auto path = folder->path() / "a.tar";
  REQUIRE(base::fs::write_atomically(path, raw_archive({{.path = "a", .contents = "x"}}), 0600));

  auto reader = TarReader::open_file(path);
  const auto missing = TarReader::open_file(folder->path() / "none.tar");

  REQUIRE(reader);
  CHECK(reader->next()->value().path == "a");
  CHECK(*reader->read_all(1) == "x");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::not_found);
}

TEST_SUITE_END();

}  // namespace
