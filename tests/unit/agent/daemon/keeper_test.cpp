#include "agent/daemon/keeper.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/daemon/backoff.hpp"

#include <doctest/doctest.h>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace {

using agent::daemon::Backoff;
using agent::daemon::Keeper;
using agent::daemon::KeptProgram;
using agent::daemon::rotate_by_copy;
using base::fs::read_file;
using base::fs::TemporaryDirectory;
using base::fs::write_atomically;
using namespace std::chrono_literals;

TemporaryDirectory temporary() {
  return *TemporaryDirectory::create(std::filesystem::temp_directory_path());
}

// Looks again whenever something in the folder changes; gives up after a generous while.
bool until(const std::filesystem::path& folder, const std::function<bool()>& holds) {
  const base::Fd changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ::inotify_add_watch(changes.get(), folder.c_str(), IN_ALL_EVENTS);
  const auto deadline = std::chrono::steady_clock::now() + 8s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    pollfd waited{.fd = changes.get(), .events = POLLIN, .revents = 0};
    ::poll(&waited, 1, 100);
  }
  return true;
}

TEST_SUITE_BEGIN("agent.daemon.keeper");

TEST_CASE("waits 0.2 s at first, then twice as long each time, and never more than 10 s") {
  Backoff backoff;

  CHECK(backoff.after_run_of(0ms) == 200ms);
  CHECK(backoff.after_run_of(0ms) == 400ms);
  CHECK(backoff.after_run_of(0ms) == 800ms);
  for (int times = 0; times < 10; ++times) {
    static_cast<void>(backoff.after_run_of(0ms));
  }
  CHECK(backoff.after_run_of(0ms) == 10s);
}

TEST_CASE("a program that ran well for a while is started again at once") {
  Backoff backoff;
  for (int times = 0; times < 5; ++times) {
    static_cast<void>(backoff.after_run_of(0ms));
  }

  CHECK(backoff.after_run_of(30s) == 200ms);
}

TEST_CASE("a program that is killed is started again, as another process") {
  const auto folder = temporary();
  const auto log = folder.path() / "log";
  const Keeper keeper(
      KeptProgram{.name = "test",
                  .command = {.argv = {"/bin/bash", "-c", "echo $$; exec sleep 600"}},
                  .log_file = log,
                  .grace = 1s});
  const auto lines = [&] {
    std::set<std::string> all;
    const auto text = read_file(log, 1'000'000);
    std::size_t begin = 0;
    for (auto end = text ? text->find('\n') : std::string::npos; end != std::string::npos;
         end = text->find('\n', begin)) {
      all.insert(text->substr(begin, end - begin));
      begin = end + 1;
    }
    return all;
  };
  REQUIRE(until(folder.path(), [&] { return lines().size() == 1; }));

  ::kill(std::stoi(*lines().begin()), SIGKILL);

  CHECK(until(folder.path(), [&] { return lines().size() == 2; }));
}

TEST_CASE("the program ends when its keeper does") {
  const auto folder = temporary();
  const auto log = folder.path() / "log";
  pid_t pid = 0;
  {
    const Keeper keeper(
        KeptProgram{.name = "test",
                    .command = {.argv = {"/bin/bash", "-c", "echo $$; exec sleep 600"}},
                    .log_file = log,
                    .grace = 1s});
    REQUIRE(until(folder.path(), [&] {
      const auto text = read_file(log, 1000);
      return text && text->ends_with('\n');
    }));
    pid = std::stoi(*read_file(log, 1000));
  }

  CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("a log that is small stays, a large one moves down by one and goes on empty") {
  const auto folder = temporary();
  const auto log = folder.path() / "log";
  REQUIRE(write_atomically(log, "0123456789", 0600));

  REQUIRE(rotate_by_copy(log, 11, 2));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "log.1"));

  REQUIRE(rotate_by_copy(log, 10, 2));
  CHECK(*read_file(log, 100) == "");
  CHECK(*read_file(folder.path() / "log.1", 100) == "0123456789");

  REQUIRE(write_atomically(log, "abcdefghij", 0600));
  REQUIRE(rotate_by_copy(log, 10, 2));
  CHECK(*read_file(folder.path() / "log.1", 100) == "abcdefghij");
  CHECK(*read_file(folder.path() / "log.2", 100) == "0123456789");

  REQUIRE(write_atomically(log, "ABCDEFGHIJ", 0600));
  REQUIRE(rotate_by_copy(log, 10, 2));
  CHECK(*read_file(folder.path() / "log.2", 100) == "abcdefghij");
  CHECK_FALSE(std::filesystem::exists(folder.path() / "log.3"));
}

TEST_SUITE_END();

}  // namespace
