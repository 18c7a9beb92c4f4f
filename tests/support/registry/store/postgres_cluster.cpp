#include "tests/support/registry/store/postgres_cluster.hpp"

#include "registry/store/postgres.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

namespace registry::store {
namespace {

constexpr std::chrono::seconds k_patience{60};

}  // namespace

std::optional<std::string> PostgresCluster::programs() {
  const std::filesystem::path versions = "/usr/lib/postgresql";
  std::error_code error;
  for (const auto& version : std::filesystem::directory_iterator(versions, error)) {
    if (std::filesystem::exists(version.path() / "bin" / "initdb")) {
      return (version.path() / "bin").string();
    }
  }
  return std::nullopt;
}

PostgresCluster::PostgresCluster()
    : folder_(base::fs::TemporaryDirectory::create("/tmp").operator*()) {
  if (::geteuid() == 0) {
    const passwd* postgres = ::getpwnam("postgres");  // NOLINT(concurrency-mt-unsafe)
    REQUIRE(postgres != nullptr);
    identity_ = {.user = postgres->pw_uid, .group = postgres->pw_gid};
    REQUIRE(::chown(folder_.path().c_str(), postgres->pw_uid, postgres->pw_gid) == 0);
  }
  base::process::SystemRunner runner;
  auto initdb = command({*programs() + "/initdb",
                         "--auth=trust",
                         "--username=" + user_,
                         "--no-sync",
                         "--encoding=UTF8",
                         "--locale=C",
                         "--pgdata=" + folder_.path().string() + "/data"});
  initdb.timeout = k_patience * 2;
  const auto created = runner.run(initdb);
  REQUIRE(created);
  REQUIRE_MESSAGE(created->exit_code == 0, created->stderr_data);
  start();
}

void PostgresCluster::start() {
  const auto folder = folder_.path().string();
  auto server = base::process::Child::spawn(command({*programs() + "/postgres",
                                                     "-D",
                                                     folder + "/data",
                                                     "-k",
                                                     folder,
                                                     "-c",
                                                     "listen_addresses=",
                                                     "-c",
                                                     "shared_buffers=16MB"}),
                                            {.log_file = {}, .ends_with_parent = true});
  REQUIRE(server);
  server_ = *std::move(server);
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  const auto database = postgres_database({.url = address("postgres"), .password = {}});
  while (!database->connect()) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, "PostgreSQL did not start");
    std::this_thread::yield();
  }
}

void PostgresCluster::kill() {
  server_->send_signal(SIGQUIT);
  REQUIRE(server_->wait_for(k_patience));
  server_.reset();
}

std::string PostgresCluster::create_database(const std::string& name) {
  const auto database = postgres_database({.url = address("postgres"), .password = {}});
  auto connection = database->connect();
  REQUIRE(connection);
  REQUIRE((*connection)->execute("CREATE DATABASE " + name));
  return address(name);
}

std::string PostgresCluster::address(const std::string& database) const {
  return fmt::format("host={} user={} dbname={}", folder_.path().string(), user_, database);
}

base::process::Command PostgresCluster::command(std::vector<std::string> argv) const {
  return {.argv = std::move(argv), .directory = folder_.path(), .identity = identity_};
}

}  // namespace registry::store
