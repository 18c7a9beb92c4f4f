#include "agent/daemon/command_world.hpp"

#include "agent/base/crypto/certificate_check.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

using agent::daemon::InstallationAuthority;

struct Installation {
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  base::crypto::SealingKey key = *base::crypto::SealingKey::load_or_create(folder.path() / "seal");
  std::filesystem::path file = folder.path() / "authority";
};

TEST_SUITE_BEGIN("agent.daemon.command_world");

TEST_CASE("the authority is made once and signs what its certificate vouches for") {
  Installation host;

  const auto first = InstallationAuthority(host.file, host.key).get();
  const auto second = InstallationAuthority(host.file, host.key).get();

  REQUIRE((first && second));
  CHECK(first->certificate_pem == second->certificate_pem);
  const auto issued =
      base::crypto::issue_certificate({.names = {"a.example"}, .addresses = {}}, *second);
  REQUIRE(issued);
  CHECK(base::crypto::check_certificate({.certificate_pem = issued->certificate_pem,
                                         .key_pem = issued->key_pem,
                                         .host = "a.example",
                                         .authority_pem = first->certificate_pem}));
}

TEST_CASE("the authority's key is not on the disk in clear, and opens with its own key alone") {
  Installation host;
  Installation other;
  REQUIRE(InstallationAuthority(host.file, host.key).get());

  const auto bytes = base::fs::read_file(host.file, 1U << 20U);
  REQUIRE(bytes);
  CHECK(bytes->find("PRIVATE KEY") == std::string::npos);
  CHECK_FALSE(InstallationAuthority(host.file, other.key).get());
}

TEST_SUITE_END();

}  // namespace
