#include "agent/base/process/child.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace {

using base::ErrorCode;
using base::fs::TemporaryDirectory;
using base::process::Child;
using std::chrono::milliseconds;

constexpr milliseconds k_generous{8000};

template <typename Condition>
bool comes_true(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + k_generous;
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) {
      return true;
    }
    std::this_thread::yield();
  }
  return false;
}

bool is_gone(pid_t pid) {
  const auto state = base::fs::read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  return !state || state->find(") Z ") != std::string::npos;
}

// Children write to a log of their own. A script that starts something tells its pid there.
struct Fixture {
  TemporaryDirectory folder = *TemporaryDirectory::create(std::filesystem::temp_directory_path());
  std::filesystem::path log = folder.path() / "child.log";

  [[nodiscard]] std::string output() const {
    auto text = base::fs::read_file(log, 4096);
    return text ? *text : "";
  }
  [[nodiscard]] Child start(const std::string& script) const {
    auto child = Child::spawn({.argv = {"sh", "-c", script}}, {.log_file = log});
    REQUIRE(child);
    return *std::move(child);
  }
  [[nodiscard]] pid_t grandchild() const {
    REQUIRE(comes_true([&] { return output().ends_with("\n"); }));
    return std::stoi(output());
  }
};

TEST_SUITE_BEGIN("base.process.child");

TEST_CASE_FIXTURE(Fixture, "what it writes is appended to its log and its end is told") {
  REQUIRE(base::fs::write_atomically(log, "before\n", 0640));
  auto child = start("echo out; echo err >&2; exit 3");

  const auto status = child.wait();

  CHECK(status.code == 3);
  CHECK(status.signal == 0);
  CHECK(output() == "before\nout\nerr\n");
  CHECK(child.wait().code == 3);
  CHECK(child.wait_for(milliseconds(0))->code == 3);
}

TEST_CASE_FIXTURE(Fixture, "one that runs is told by no status and has an empty input") {
  auto child = start("cat; echo read all; exec sleep 1000");

  CHECK_FALSE(child.wait_for(milliseconds(0)).has_value());
  CHECK(comes_true([&] { return output() == "read all\n"; }));
  CHECK_FALSE(child.wait_for(milliseconds(0)).has_value());
}

TEST_CASE_FIXTURE(Fixture, "terminate ends it and what it started") {
  auto child = start("sleep 1000 & echo $!; wait");
  const auto grandchild = this->grandchild();

  const auto status = child.terminate(k_generous);

  CHECK(status.signal == SIGTERM);
  CHECK(status.code == 128 + SIGTERM);
  CHECK(comes_true([&] { return is_gone(grandchild); }));
}

TEST_CASE_FIXTURE(Fixture, "one that ignores SIGTERM is killed after the grace") {
  auto child = start("trap '' TERM; echo 1; while :; do sleep 1; done");
  REQUIRE(grandchild() == 1);

  CHECK(child.terminate(milliseconds(50)).signal == SIGKILL);
}

TEST_CASE_FIXTURE(Fixture, "its owner's end is its end") {
  pid_t pid = -1;
  pid_t grandchild = -1;
  {
    auto child = start("sleep 1000 & echo $!; wait");
    const auto moved = std::move(child);
    pid = moved.pid();
    grandchild = this->grandchild();
  }

  CHECK(is_gone(pid));
  CHECK(comes_true([&] { return is_gone(grandchild); }));
}

TEST_CASE_FIXTURE(Fixture, "it ends with the thread that started it when asked to") {
  std::optional<Child> child;
  std::thread([&] {
    auto spawned = Child::spawn({.argv = {"sleep", "1000"}}, {.ends_with_parent = true});
    REQUIRE(spawned);
    child.emplace(*std::move(spawned));
  }).join();

  const auto status = child->wait_for(k_generous);

  REQUIRE(status);
  CHECK(status->signal == SIGTERM);
}

TEST_CASE("a missing program is not found") {
  const auto child = Child::spawn({.argv = {"no-such-program-here"}});

  REQUIRE_FALSE(child);
  CHECK(child.error().code == ErrorCode::not_found);
}

TEST_SUITE_END();

}  // namespace
