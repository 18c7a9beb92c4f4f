#include "agent/base/process/runner.hpp"

#include "agent/base/fs/fd.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

namespace {

using base::ErrorCode;
using base::process::Command;
using base::process::SystemRunner;
using std::chrono::milliseconds;

TEST_SUITE_BEGIN("base.process.runner");

TEST_CASE("output, errors and the exit code come back") {
  SystemRunner runner;

  const auto completed =
      runner.run({.argv = {"sh", "-c", "cat; echo bad >&2; exit 3"}, .stdin_data = "in"});

  REQUIRE(completed);
  CHECK(completed->exit_code == 3);
  CHECK(completed->stdout_data == "in");
  CHECK(completed->stderr_data == "bad\n");
}

TEST_CASE("arguments reach the program as they are") {
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"printf", "%s|", "a b", "$HOME", "'; exit 1"}});

  REQUIRE(completed);
  CHECK(completed->stdout_data == "a b|$HOME|'; exit 1|");
}

TEST_CASE("a missing program is not_found") {
  SystemRunner runner;

  for (const char* name : {"no-such-program-here", "/no/such/program", ""}) {
    CAPTURE(name);
    const auto completed = runner.run({.argv = {name}});
    REQUIRE_FALSE(completed);
    CHECK(completed.error().code == ErrorCode::not_found);
  }
}

TEST_CASE("a program that does not end is ended, with what it started") {
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  const auto pid_file = folder->path() / "pid";
  SystemRunner runner;

  const auto completed =
      runner.run({.argv = {"sh", "-c", "sleep 1000 & echo $! >" + pid_file.string() + "; wait"},
                  .timeout = milliseconds(300)});

  REQUIRE_FALSE(completed);
  CHECK(completed.error().code == ErrorCode::timed_out);
  const auto grandchild = std::stoi(*base::fs::read_file(pid_file, 20));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  bool gone = false;
  while (!gone && std::chrono::steady_clock::now() < deadline) {
    const auto state = base::fs::read_file("/proc/" + std::to_string(grandchild) + "/stat", 4096);
    gone = !state || state->find(") Z ") != std::string::npos;
    std::this_thread::yield();
  }
  CHECK(gone);
}

TEST_CASE("one that ignores SIGTERM is killed") {
  SystemRunner runner;

  const auto completed =
      runner.run({.argv = {"sh", "-c", "trap '' TERM; while :; do sleep 1; done"},
                  .timeout = milliseconds(200)});

  REQUIRE_FALSE(completed);
  CHECK(completed.error().code == ErrorCode::timed_out);
}

TEST_CASE("a grandchild that holds the pipes does not hold us") {
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"sh", "-c", "sleep 1000 & echo done"}});

  REQUIRE(completed);
  CHECK(completed->stdout_data == "done\n");
}

TEST_CASE("a run can be cancelled from another thread") {
  SystemRunner runner;
  std::stop_source source;
  std::jthread canceller([&] { source.request_stop(); });

  const auto completed = runner.run({.argv = {"sleep", "1000"}, .stop = source.get_token()});

  REQUIRE_FALSE(completed);
  CHECK(completed.error().code == ErrorCode::cancelled);
}

TEST_CASE("of much output the end is kept") {
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"sh", "-c", "seq 1 200000"}, .max_output = 1000});

  REQUIRE(completed);
  CHECK(completed->stdout_data.size() == 1000);
  CHECK(completed->stdout_data.substr(completed->stdout_data.size() - 7) == "200000\n");
}

TEST_CASE("no descriptor of ours is inherited") {
  const base::Fd open_file(
      ::open("/dev/null", O_RDONLY));  // NOLINT(android-cloexec-open): the point.
  REQUIRE(open_file.valid());
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"ls", "/proc/self/fd"}});

  REQUIRE(completed);
  CHECK(completed->stdout_data == "0\n1\n2\n3\n");  // 3 is ls reading the folder.
}

TEST_CASE("the environment is ours to give") {
  SystemRunner runner;

  const auto given = runner.run({.argv = {"env"}, .environment = {{{"A", "1"}}}});
  const auto fixed = runner.run({.argv = {"env"}});

  REQUIRE(given);
  CHECK(given->stdout_data == "A=1\n");
  REQUIRE(fixed);
  CHECK(fixed->stdout_data.find("PATH=/usr/local/sbin:") != std::string::npos);
}

TEST_CASE("a signal is told as 128 and its number") {
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"sh", "-c", "kill -9 $$"}});

  REQUIRE(completed);
  CHECK(completed->exit_code == 128 + SIGKILL);
}

TEST_SUITE_END();

}  // namespace
