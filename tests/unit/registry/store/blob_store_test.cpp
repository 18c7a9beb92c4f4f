#include "registry/store/blob_store.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace {

using base::ErrorCode;
using base::crypto::DigestKind;
using base::fs::TemporaryDirectory;
using registry::store::open_blob_folder;

std::string contents(const base::Fd& file) {
  std::string text(64, '\0');
  const auto got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

std::size_t files_below(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    count += entry.is_regular_file() ? 1 : 0;
  }
  return count;
}

TEST_SUITE_BEGIN("registry.store.blob_store");

TEST_CASE("a kept blob is read by the digest of its bytes") {
  const auto folder = TemporaryDirectory::create("/tmp");
  const auto blobs = open_blob_folder(folder->path());
  REQUIRE(blobs);
  auto pending = (*blobs)->begin();
  REQUIRE(pending);
  REQUIRE((*pending)->append("hel"));
  REQUIRE((*pending)->append("lo"));

  const auto digests = (*pending)->seal();
  REQUIRE(digests);
  REQUIRE((*pending)->keep());

  const auto raw = base::crypto::digest(DigestKind::sha512, "hello");
  CHECK(digests->sha512_hex == base::crypto::hex_encode(raw));
  CHECK(digests->sha512_base64 == base::crypto::base64_encode(raw));
  CHECK(digests->sha1_hex ==
        base::crypto::hex_encode(base::crypto::digest(DigestKind::sha1, "hello")));
  CHECK(digests->size == 5);
  const auto found = (*blobs)->open(digests->sha512_hex);
  REQUIRE(found);
  CHECK(found->size == 5);
  CHECK(contents(found->file) == "hello");
}

TEST_CASE("a blob that is not kept leaves nothing behind") {
  const auto folder = TemporaryDirectory::create("/tmp");
  const auto blobs = open_blob_folder(folder->path());
  REQUIRE(blobs);
  std::string id;
  {
    auto pending = (*blobs)->begin();
    REQUIRE((*pending)->append("hello"));
    id = (*pending)->seal()->sha512_hex;
  }

  const auto found = (*blobs)->open(id);

  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::not_found);
  CHECK(files_below(folder->path()) == 0);
}

TEST_CASE("the same bytes are stored once") {
  const auto folder = TemporaryDirectory::create("/tmp");
  const auto blobs = open_blob_folder(folder->path());
  REQUIRE(blobs);
  for (int i = 0; i < 2; ++i) {
    auto pending = (*blobs)->begin();
    REQUIRE((*pending)->append("hello"));
    REQUIRE((*pending)->seal());
    REQUIRE((*pending)->keep());
  }

  CHECK(files_below(folder->path()) == 1);
}

TEST_CASE("what a dead process left half-written is removed at the next start") {
  const auto folder = TemporaryDirectory::create("/tmp");
  const pid_t writer = ::fork();
  if (writer == 0) {
    const auto blobs = open_blob_folder(folder->path());
    auto pending = (*blobs)->begin();
    ::_exit((*pending)->append("half") ? 0 : 1);  // No destructor runs, as in a killed process.
  }
  int status = -1;
  REQUIRE(::waitpid(writer, &status, 0) == writer);
  REQUIRE(status == 0);
  REQUIRE(files_below(folder->path()) == 1);

  REQUIRE(open_blob_folder(folder->path()));

  CHECK(files_below(folder->path()) == 0);
}

TEST_CASE("what is no digest is not looked for") {
  const auto folder = TemporaryDirectory::create("/tmp");
  const auto blobs = open_blob_folder(folder->path());
  REQUIRE(blobs);
  for (const std::string& id : {std::string(),
                                std::string("../../etc/passwd"),
                                std::string(128, 'G'),
                                std::string(127, 'a')}) {
    const auto found = (*blobs)->open(id);

    REQUIRE_FALSE(found);
    CHECK(found.error().code == ErrorCode::not_found);
  }
}

TEST_SUITE_END();

}  // namespace
