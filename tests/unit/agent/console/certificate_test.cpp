#include "agent/console/certificate.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>

namespace {

using agent::console::load_or_create_certificate;
using base::fs::read_file;
using base::fs::TemporaryDirectory;

TemporaryDirectory temporary() {
  return *TemporaryDirectory::create(std::filesystem::temp_directory_path());
}

TEST_SUITE_BEGIN("agent.console.certificate");

TEST_CASE("the first start makes a pair, later ones keep it") {
  const auto folder = temporary();

  const auto first = load_or_create_certificate(folder.path(), "host.example");
  const auto second = load_or_create_certificate(folder.path(), "other.example");

  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->fingerprint == second->fingerprint);
  CHECK(first->fingerprint.size() == 32 * 3 - 1);
  CHECK(*read_file(folder.path() / "fingerprint", 1000) == first->fingerprint + "\n");
}

TEST_CASE("the key is readable by its owner alone, certificate and fingerprint by all") {
  const auto folder = temporary();
  REQUIRE(load_or_create_certificate(folder.path(), "host.example"));
  const auto mode = [&](const char* name) {
    struct stat status {};
    REQUIRE(::stat((folder.path() / name).c_str(), &status) == 0);
    return status.st_mode & 07777U;
  };

  CHECK(mode("tls.key") == 0600);
  CHECK(mode("tls.crt") == 0644);
  CHECK(mode("fingerprint") == 0644);
}

TEST_CASE("a machine whose name no certificate can hold gets one for localhost") {
  const auto folder = temporary();

  CHECK(load_or_create_certificate(folder.path(), "bad name!"));
}

TEST_CASE("files that are no certificate are refused and left alone") {
  const auto folder = temporary();
  REQUIRE(base::fs::write_atomically(folder.path() / "tls.key", "mine", 0600));
  REQUIRE(base::fs::write_atomically(folder.path() / "tls.crt", "mine", 0600));

  CHECK_FALSE(load_or_create_certificate(folder.path(), "host.example"));

  CHECK(*read_file(folder.path() / "tls.key", 100) == "mine");
}

TEST_SUITE_END();

}  // namespace
