#include "agent/support/host.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

using agent::support::Check;
using agent::support::check_host;
using agent::support::EngineReach;
using agent::support::Host;
using agent::support::look_at_host;
using agent::support::Verdict;

constexpr std::uint64_t k_gigabyte = std::uint64_t{1} << 30U;

Host big_host() {
  return {.memory_bytes = 8 * k_gigabyte,
          .memory_available_bytes = 4 * k_gigabyte,
          .disk_bytes = 100 * k_gigabyte,
          .disk_available_bytes = 50 * k_gigabyte};
}

const Check& named(const std::vector<Check>& checks, std::string_view name) {
  for (const auto& check : checks) {
    if (check.name == name) {
      return check;
    }
  }
  FAIL("no such check");
  return checks.front();
}

TEST_SUITE_BEGIN("agent.support.host");

TEST_CASE("name of the system and memory are read from their files") {
  const auto folder = *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  const auto os_release = folder.path() / "os-release";
  const auto meminfo = folder.path() / "meminfo";
  REQUIRE(base::fs::write_atomically(os_release, "ID=acme\nPRETTY_NAME=\"Acme 7\"\n", 0600));
  REQUIRE(base::fs::write_atomically(
      meminfo, "MemTotal:       2048 kB\nMemFree: 1 kB\nMemAvailable:   1024 kB\n", 0600));

  const auto host =
      look_at_host({.os_release = os_release, .meminfo = meminfo, .disk = folder.path()});

  CHECK(host.os == "Acme 7");
  CHECK(host.memory_bytes == 2048 * 1024);
  CHECK(host.memory_available_bytes == 1024 * 1024);
  CHECK(host.disk_bytes > 0);
  CHECK(host.cpus > 0);
}

TEST_CASE("what cannot be read leaves a hole and no error") {
  const auto host = look_at_host(
      {.os_release = "/nonexistent", .meminfo = "/nonexistent", .disk = "/nonexistent"});

  CHECK(host.os.empty());
  CHECK(host.memory_bytes == 0);
  CHECK(host.disk_bytes == 0);
  CHECK(named(check_host(host, {.reachable = true}), "disk").verdict == Verdict::pass);
}

TEST_CASE("an engine that does not answer fails the check with its own words") {
  const auto checks =
      check_host(big_host(), EngineReach{.reachable = false, .problem = "no such socket"});

  CHECK(named(checks, "engine").verdict == Verdict::fail);
  CHECK(named(checks, "engine").message == "no such socket");
  CHECK_FALSE(named(checks, "engine").hint.empty());
}

TEST_CASE("little disk is a warning, next to none a failure") {
  auto host = big_host();
  CHECK(named(check_host(host, {.reachable = true}), "disk").verdict == Verdict::pass);

  host.disk_available_bytes = k_gigabyte;
  CHECK(named(check_host(host, {.reachable = true}), "disk").verdict == Verdict::warn);

  host.disk_available_bytes = 1024;
  CHECK(named(check_host(host, {.reachable = true}), "disk").verdict == Verdict::fail);
}

TEST_SUITE_END();

}  // namespace
