#include "agent/base/log/log.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/log/redaction.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace {

using base::Error;
using base::ErrorCode;
using base::fs::TemporaryDirectory;
namespace log = base::log;

// Gives the process its ordinary log back when a case ends.
struct Fixture {
  TemporaryDirectory folder = *TemporaryDirectory::create(std::filesystem::temp_directory_path());
  std::filesystem::path file = folder.path() / "test.log";

  Fixture() = default;
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  ~Fixture() { static_cast<void>(log::configure({})); }

  [[nodiscard]] std::string contents() const { return *base::fs::read_file(file, 1'000'000); }
};

TEST_SUITE_BEGIN("base.log.log");

TEST_CASE_FIXTURE(Fixture, "lines go to the file from the level up") {
  REQUIRE(log::configure({.level = log::Level::warn, .file = log::File{.path = file}}));

  log::info("not this");
  log::warn("this", {{"count", 2}});

  const auto text = contents();
  CHECK(text.find("not this") == std::string::npos);
  CHECK(text.ends_with("warn  this count=2\n"));
  CHECK_FALSE(log::enabled(log::Level::info));
}

TEST_CASE_FIXTURE(Fixture, "an error is logged with its code, its reason and its text") {
  REQUIRE(log::configure({.format = log::Format::json, .file = log::File{.path = file}}));

  log::error("cannot save", Error{ErrorCode::io, "write x: full", "", "disk_full"}, {{"id", "7"}});

  CHECK(contents().ends_with(
      R"("level":"error","event":"cannot save","id":"7","code":"io","reason":"disk_full",)"
      R"("error":"write x: full"})"
      "\n"));
}

TEST_CASE_FIXTURE(Fixture, "a secret that the process knows does not reach the file") {
  REQUIRE(log::configure({.file = log::File{.path = file}}));
  log::redactor().add("correct horse");

  log::info("settings are correct horse", {{"value", "a correct horse b"}});

  CHECK(contents().ends_with("info  settings are *** value=\"a *** b\"\n"));
}

TEST_CASE_FIXTURE(Fixture, "files are rotated by size and the oldest go") {
  REQUIRE(log::configure({.file = log::File{.path = file, .max_bytes = 200, .kept = 2}}));

  for (int i = 0; i < 20; ++i) {
    log::info("a line of some length", {{"number", i}});
  }

  CHECK(std::filesystem::file_size(file) <= 200);
  CHECK(std::filesystem::exists(folder.path() / "test.1.log"));
  CHECK(std::filesystem::exists(folder.path() / "test.2.log"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "test.3.log"));
  CHECK(contents().find("number=19") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "many threads write whole lines") {
  REQUIRE(log::configure({.file = log::File{.path = file}}));

  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([thread] {
        for (int i = 0; i < 50; ++i) {
          log::redactor().add("never-written-" + std::to_string(thread));
          log::info("line", {{"thread", thread}});
        }
      });
    }
  }

  const auto text = contents();
  CHECK(std::count(text.begin(), text.end(), '\n') == 200);
}

TEST_CASE("a file that cannot be opened is an error that names it") {
  const auto configured = log::configure({.file = log::File{.path = "/nonexistent/x.log"}});

  REQUIRE_FALSE(configured);
  CHECK(configured.error().code == ErrorCode::not_found);
  CHECK(configured.error().message.find("/nonexistent/x.log") != std::string::npos);
}

TEST_CASE("levels and formats are read by name") {
  CHECK(*log::parse_level("debug") == log::Level::debug);
  CHECK_FALSE(log::parse_level("loud"));
  CHECK(*log::parse_format("json") == log::Format::json);
  CHECK_FALSE(log::parse_format("xml"));
}

TEST_SUITE_END();

}  // namespace
