#include "agent/base/archive/tar_writer.hpp"

#include "agent/base/archive/tar_reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using base::Error;
using base::ErrorCode;
using base::Status;
using base::archive::Compression;
using base::archive::EntryKind;
using base::archive::tar_bytes;
using base::archive::TarReader;
using base::archive::TarWriter;

const std::string k_long_path = std::string(120, 'd') + "/" + std::string(120, 'f');

Status fill(TarWriter& writer) {
  BASE_TRY(writer.add_directory("etc", {.mode = 0755, .modified = 5}));
  BASE_TRY(writer.add_file("etc/grün", "hello", {.mode = 0640, .modified = 7, .uid = 1, .gid = 2}));
  BASE_TRY(writer.add_symbolic_link("etc/link", "grün"));
  BASE_TRY(writer.begin_file(k_long_path, 6));
  BASE_TRY(writer.write("abc"));
  return writer.write("def");
}

TEST_SUITE_BEGIN("base.archive.tar_writer");

TEST_CASE("what is written is read back, in every compression") {
  auto compression = Compression::none;
  SUBCASE("none") {}
  SUBCASE("gzip") {
    compression = Compression::gzip;
  }
  SUBCASE("zstd") {
    compression = Compression::zstd;
  }

  const auto bytes = tar_bytes(fill, compression);
  REQUIRE(bytes);
  auto reader = TarReader::open_bytes(*bytes);
  REQUIRE(reader);

  const auto directory = reader->next();
  REQUIRE(directory);
  CHECK(directory->value().path == "etc");
  CHECK(directory->value().kind == EntryKind::directory);
  const auto file = reader->next();
  REQUIRE(file);
  CHECK(file->value().path == "etc/grün");
  CHECK(file->value().mode == 0640);
  CHECK(file->value().modified == 7);
  CHECK(file->value().uid == 1);
  CHECK(file->value().gid == 2);
  CHECK(*reader->read_all(100) == "hello");
  const auto link = reader->next();
  REQUIRE(link);
  CHECK(link->value().link_target == "grün");
  const auto deep = reader->next();
  REQUIRE(deep);
  CHECK(deep->value().path == k_long_path);
  CHECK(*reader->read_all(100) == "abcdef");
  CHECK_FALSE(reader->next()->has_value());
}

TEST_CASE("the same calls give the same bytes") {
  for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    const auto first = tar_bytes(fill, compression);
    const auto second = tar_bytes(fill, compression);

    REQUIRE(first);
    REQUIRE(second);
    CHECK(*first == *second);
  }
}

TEST_CASE("an archive ends after its two closing blocks, without filling") {
  const auto bytes = tar_bytes([](TarWriter& writer) { return writer.add_file("a", "x"); });

  REQUIRE(bytes);
  CHECK(bytes->size() == 512 + 512 + 1024);
}

TEST_CASE("more or fewer bytes than announced are refused") {
  const auto fewer = tar_bytes([](TarWriter& writer) -> Status {
    BASE_TRY(writer.begin_file("a", 3));
    BASE_TRY(writer.write("ab"));
    return writer.add_file("b", "");
  });
  const auto fewer_at_the_end =
      tar_bytes([](TarWriter& writer) { return writer.begin_file("a", 3); });
  const auto more = tar_bytes([](TarWriter& writer) -> Status {
    BASE_TRY(writer.begin_file("a", 3));
    return writer.write("abcd");
  });

  CHECK_FALSE(fewer);
  CHECK_FALSE(fewer_at_the_end);
  CHECK_FALSE(more);
}

TEST_CASE("paths and links that lead out are refused") {
  CHECK_FALSE(tar_bytes([](TarWriter& writer) { return writer.add_file("../a", ""); }));
  CHECK_FALSE(tar_bytes([](TarWriter& writer) { return writer.add_directory("/a"); }));
  CHECK_FALSE(
      tar_bytes([](TarWriter& writer) { return writer.add_symbolic_link("a", "../../x"); }));
}

TEST_CASE("an error of the sink is handed on, and an abandoned writer writes nothing more") {
  int calls = 0;
  {
    auto writer = TarWriter::open([&](std::string_view) -> Status {
      ++calls;
      return Error{ErrorCode::io, "no space", "", "disk_full"};
    });
    REQUIRE(writer);

    const auto added = writer->add_file("a", std::string(200'000, 'x'));

    REQUIRE_FALSE(added);
    CHECK(added.error().reason == "disk_full");
  }
  CHECK(calls == 1);
}

TEST_SUITE_END();

}  // namespace
