#include "agent/docker/leftover_task.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/docker/failures.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

namespace {

using agent::docker::end_leftover_task;
using base::ErrorCode;
using namespace std::string_literals;

const std::string k_id(64, 'a');

// A process that waits, and a /proc that says what it is.
struct Fixture {
  base::fs::TemporaryDirectory proc =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  pid_t child = ::fork();

  Fixture() {
    if (child == 0) {
      static_cast<void>(
          ::signal(SIGTERM, SIG_DFL));  // doctest's handler would report for this process too.
      ::pause();
      std::_Exit(0);
    }
  }
  ~Fixture() {
    if (child > 0) {
      ended_by();
    }
  }
  void says(const std::string& command_line) {
    const auto folder = proc.path() / std::to_string(child);
    REQUIRE(base::fs::make_directories(folder, 0755));
    REQUIRE(base::fs::write_atomically(folder / "cmdline", command_line, 0644));
  }
  // By which signal the child ended, or ends now.
  int ended_by() {
    int status = 0;
    ::kill(child, SIGTERM);
    ::waitpid(std::exchange(child, -1), &status, 0);
    return WTERMSIG(status);
  }
};

TEST_SUITE_BEGIN("agent.docker.leftover_task");

TEST_CASE_FIXTURE(Fixture, "the shim of the container is killed") {
  says("/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0-id\0"s + k_id +
       "\0-address\0/run/containerd.sock\0"s);

  const bool killed = end_leftover_task(k_id, proc.path()).has_value();

  CHECK(killed == (::geteuid() == 0));  // A shim of somebody else's is none.
  CHECK(ended_by() == (killed ? SIGKILL : SIGTERM));
}

TEST_CASE_FIXTURE(Fixture, "what is not its shim stays alone") {
  SUBCASE("of another container") {
    says("/usr/bin/containerd-shim-runc-v2\0-id\0"s + std::string(64, 'b') + "\0"s);
  }
  SUBCASE("another program") {
    says("/usr/bin/vi\0-id\0"s + k_id + "\0"s);
  }
  SUBCASE("no value") {
    says("/usr/bin/containerd-shim-runc-v2\0-id\0"s);
  }

  CHECK(end_leftover_task(k_id, proc.path()).error().code == ErrorCode::not_found);

  CHECK(ended_by() == SIGTERM);
}

TEST_CASE("a start that a leftover task prevents has a reason of its own") {
  for (const int status : {409, 500}) {
    const auto error = agent::docker::failure_of(status, "task " + k_id + ": already exists");
    CHECK(error.code == ErrorCode::conflict);
    CHECK(error.reason == agent::docker::k_leftover_task);
  }
}

TEST_SUITE_END();

}  // namespace
