#include "agent/config/command.hpp"

#include "tests/support/agent/config/scripted_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using agent::config::alphabet_of;
using agent::config::run_command;

agent::manifest::ValueCommand command(const std::string& name,
                                      const std::vector<std::string>& words) {
  agent::manifest::ValueCommand made;
  made.command.value = name;
  for (const auto& word : words) {
    made.arguments.push_back({.value = word, .given = true});
  }
  return made;
}

TEST_SUITE_BEGIN("config.command");

TEST_CASE("a class of characters is read as regular expressions write it") {
  const std::vector<std::pair<std::string, std::string>> cases = {{"[a-e]", "abcde"},
                                                                  {"[_A-C09]", "09ABC_"},
                                                                  {"\\d", "0123456789"},
                                                                  {"[\\]\\-x]", "-]x"},
                                                                  {"[aab]", "ab"},
                                                                  {"[a-]", "-a"}};
  for (const auto& row : cases) {
    const auto& text = row.first;
    const auto& expected = row.second;
    CAPTURE(text);

    const auto alphabet = alphabet_of(text);

    REQUIRE(alphabet);
    CHECK(*alphabet == expected);
  }
}

TEST_CASE("what is no class is refused") {
  for (const std::string text : {"", "[]", "abc", "[z-a]", "[a", "[\xC3\xA4]"}) {
    CAPTURE(text);
    CHECK_FALSE(alphabet_of(text));
  }
}

TEST_CASE("random has the original's defaults and bounds") {
  agent::config::LocalCommandWorld world;

  const auto plain = run_command(command("random", {}), world);
  const auto chosen = run_command(command("random", {"40", "[A-Z]"}), world);

  REQUIRE(plain);
  CHECK(plain->at(0).size() == 16);
  REQUIRE(chosen);
  CHECK(chosen->at(0).size() == 40);
  CHECK(chosen->at(0).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos);
  CHECK_FALSE(run_command(command("random", {"0"}), world));
  CHECK_FALSE(run_command(command("random", {"99999"}), world));
  CHECK_FALSE(run_command(command("random", {"8", "nothing"}), world));
}

TEST_CASE("cert gives key, certificate and authority") {
  tests::ScriptedWorld world;

  const auto files = run_command(command("cert", {"2048", "a.example, b.example"}), world);

  REQUIRE(files);
  CHECK(*files == std::vector<std::string>{"key", "certificate of a.example", "authority"});
}

TEST_CASE("raw passes its words, its time limit and whether its root is read-only") {
  tests::ScriptedWorld world;
  auto raw = command("raw", {"uname", "-r"});
  raw.readonly_root = true;

  REQUIRE(run_command(raw, world));
  CHECK(world.raw.words == std::vector<std::string>{"uname", "-r"});
  CHECK(world.raw.time == std::chrono::seconds(15));
  CHECK(world.raw.readonly_root);

  raw.timeout.value = "90";
  REQUIRE(run_command(raw, world));
  CHECK(world.raw.time == std::chrono::seconds(90));

  for (const auto* wrong : {"0", "-1", "soon", "3601"}) {
    raw.timeout.value = wrong;
    CHECK_FALSE(run_command(raw, world));
  }
}

TEST_CASE("echo gives its text and an unknown command is refused") {
  tests::ScriptedWorld world;

  const auto echoed = run_command(command("echo", {"hello"}), world);
  const auto unknown = run_command(command("system", {}), world);

  REQUIRE(echoed);
  CHECK(echoed->at(0) == "hello");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == base::ErrorCode::invalid_input);
}

TEST_SUITE_END();

}  // namespace
