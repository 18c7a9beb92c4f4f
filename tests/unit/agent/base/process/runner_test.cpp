#include "agent/base/process/runner.hpp"

#include "agent/base/fs/fd.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

using base::ErrorCode;
using base::process::Stream;
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

TEST_CASE("a descendant that left the group does not hold us either") {
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  SystemRunner runner;

  // The script ends only when the other has left: it waits for its word in a named pipe.
  const auto completed = runner.run(
      {.argv = {"sh",
                "-c",
                "mkfifo left; setsid sh -c 'echo $$ >left; exec sleep 60' & read pid <left; "
                "echo $pid"},
       .directory = folder->path(),
       .timeout = std::chrono::seconds(9)});

  REQUIRE(completed);
  const pid_t descendant = std::stoi(completed->stdout_data);
  CHECK(::kill(descendant, SIGKILL) == 0);  // It lives, and is ours to clean up.
}

TEST_CASE("a program that does not read its input does no harm") {
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"true"}, .stdin_data = std::string(4'000'000, 'x')});

  REQUIRE(completed);
  CHECK(completed->exit_code == 0);
}

TEST_CASE("much input and much output flow at the same time") {
  SystemRunner runner;
  const std::string input(3'000'000, 'x');

  const auto completed =
      runner.run({.argv = {"cat"}, .stdin_data = input, .max_output = input.size()});

  REQUIRE(completed);
  CHECK(completed->stdout_data == input);
}

TEST_CASE("lines are handed out as they come, long ones in pieces") {
  SystemRunner runner;
  std::vector<std::string> lines;
  std::vector<std::string> errors;

  const auto completed = runner.run(
      {.argv = {"sh", "-c", "echo one; echo; echo bad >&2; head -c 70000 /dev/zero; printf end"},
       .on_line = [&](Stream stream, std::string_view line) {
         (stream == Stream::standard_output ? lines : errors).emplace_back(line);
       }});

  REQUIRE(completed);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "one");
  CHECK(lines[1].empty());
  CHECK(lines[2].size() == 65536);
  CHECK(lines[3].size() == 70000 - 65536 + 3);
  CHECK(errors == std::vector<std::string>{"bad"});
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
  // Some below and some above those that the runner opens for itself.
  std::vector<base::Fd> open_files;
  for (const int lowest : {3, 3, 3, 200, 500}) {
    open_files.emplace_back(::fcntl(STDIN_FILENO, F_DUPFD, lowest));
    REQUIRE(open_files.back().valid());
  }
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

TEST_CASE("a directory or a program that cannot be used is told before anything runs") {
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  const auto garbage = folder->path() / "garbage";
  const auto unreadable = folder->path() / "unreadable";
  REQUIRE(base::fs::write_atomically(garbage,
                                     "\x7f"
                                     "ELF nothing",
                                     0700));
  REQUIRE(base::fs::write_atomically(unreadable, "#!/no/such/interpreter\n", 0700));
  SystemRunner runner;

  const auto no_directory = runner.run({.argv = {"true"}, .directory = "/no/such/folder"});
  const auto no_program = runner.run({.argv = {garbage.string()}});
  const auto no_interpreter = runner.run({.argv = {unreadable.string()}});

  REQUIRE_FALSE(no_directory);
  CHECK(no_directory.error().code == ErrorCode::not_found);
  CHECK(no_directory.error().message.find("/no/such/folder") != std::string::npos);
  REQUIRE_FALSE(no_program);
  CHECK(no_program.error().code == ErrorCode::io);
  REQUIRE_FALSE(no_interpreter);
  CHECK(no_interpreter.error().code == ErrorCode::not_found);
}

std::filesystem::path exit_marker;  // NOLINT: the exit handler below has no other way to know.

TEST_CASE("a child that cannot be started does not run our exit handlers") {
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  exit_marker = folder->path() / "exited";
  const auto garbage = folder->path() / "garbage";
  REQUIRE(base::fs::write_atomically(garbage,
                                     "\x7f"
                                     "ELF nothing",
                                     0700));
  REQUIRE(std::atexit([] {
            if (!exit_marker.empty()) {
              static_cast<void>(base::fs::write_atomically(exit_marker, "", 0600));
            }
          }) == 0);
  SystemRunner runner;

  REQUIRE_FALSE(runner.run({.argv = {garbage.string()}}));

  CHECK_FALSE(std::filesystem::exists(exit_marker));
  exit_marker.clear();
}

TEST_CASE("a failed start leaves no zombie") {
  SystemRunner runner;
  REQUIRE_FALSE(runner.run({.argv = {"true"}, .directory = "/no/such/folder"}));

  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // No child at all, not even an ended one.
}

TEST_CASE("another user's rights are taken on, with no group of ours") {
  if (::geteuid() != 0) {
    MESSAGE("needs root; nothing was checked");
    return;
  }
  SystemRunner runner;

  const auto completed = runner.run(
      {.argv = {"sh", "-c", "id -u; id -G"}, .identity = base::process::Identity{65534, 65533}});

  REQUIRE(completed);
  CHECK(completed->stdout_data == "65534\n65533\n");
}

TEST_CASE("a signal is told as 128 and its number") {
  SystemRunner runner;

  const auto completed = runner.run({.argv = {"sh", "-c", "kill -9 $$"}});

  REQUIRE(completed);
  CHECK(completed->exit_code == 128 + SIGKILL);
}

TEST_SUITE_END();

}  // namespace
