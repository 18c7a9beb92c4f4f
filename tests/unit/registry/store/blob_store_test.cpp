#include "registry/store/blob_store.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
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

std::size_t locks_below(const std::filesystem::path& root) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root / "tmp")) {
    count += entry.path().extension() == ".lock" ? 1 : 0;
  }
  return count;
}

// Pending blobs of all processes.
std::size_t temporary_files(const std::filesystem::path& root) {
  return files_below(root / "tmp") - locks_below(root);
}

// A registry on the same folder that has begun a blob and waits.
class OtherProcess {
 public:
  explicit OtherProcess(const std::filesystem::path& root) {
    REQUIRE(::pipe2(to_child_.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(from_child_.data(), O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::_exit(run(root));  // No destructor runs, as in a killed process.
    }
    // Their other ends are the child's, so that a read ends when it dies.
    ::close(to_child_[0]);
    ::close(from_child_[1]);
    char begun = 0;
    REQUIRE(::read(from_child_[0], &begun, 1) == 1);
    REQUIRE(begun == 'b');
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  OtherProcess(OtherProcess&&) = delete;
  OtherProcess& operator=(OtherProcess&&) = delete;
  ~OtherProcess() {
    kill();
    ::close(to_child_[1]);
    ::close(from_child_[0]);
  }

  void kill() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      pid_ = 0;
    }
  }

  // Whether it could still keep its blob.
  bool keep() {
    char kept = 0;
    return ::write(to_child_[1], "k", 1) == 1 && ::read(from_child_[0], &kept, 1) == 1 &&
           kept == 'k';
  }

 private:
  int run(const std::filesystem::path& root) {
    const auto blobs = open_blob_folder(root);
    auto pending = (*blobs)->begin();
    char order = 0;
    if (!(*pending)->append("half") || ::write(from_child_[1], "b", 1) != 1 ||
        ::read(to_child_[0], &order, 1) != 1) {
      return 1;
    }
    const bool kept = (*pending)->seal().has_value() && (*pending)->keep().has_value();
    return ::write(from_child_[1], kept ? "k" : "f", 1) == 1 ? 0 : 1;
  }

  std::array<int, 2> to_child_{};
  std::array<int, 2> from_child_{};
  pid_t pid_ = 0;
};

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
  CHECK(temporary_files(folder->path()) == 0);
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

  CHECK(files_below(folder->path() / "sha512") == 1);
  CHECK(temporary_files(folder->path()) == 0);
}

TEST_CASE("what a dead process left half-written is removed at the next start") {
  const auto folder = TemporaryDirectory::create("/tmp");
  OtherProcess other(folder->path());
  REQUIRE(temporary_files(folder->path()) == 1);
  other.kill();

  const auto blobs = open_blob_folder(folder->path());

  REQUIRE(blobs);
  CHECK(temporary_files(folder->path()) == 0);
  CHECK(locks_below(folder->path()) == 1);
}

TEST_CASE("what a living process is writing is left alone by another one that starts") {
  const auto folder = TemporaryDirectory::create("/tmp");
  OtherProcess other(folder->path());

  const auto blobs = open_blob_folder(folder->path());

  REQUIRE(blobs);
  CHECK(temporary_files(folder->path()) == 1);
  CHECK(other.keep());
  CHECK(files_below(folder->path() / "sha512") == 1);
}

TEST_CASE("a store that is closed leaves no folder of its own") {
  const auto folder = TemporaryDirectory::create("/tmp");
  { REQUIRE(open_blob_folder(folder->path())); }

  CHECK(std::filesystem::is_empty(folder->path() / "tmp"));
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
