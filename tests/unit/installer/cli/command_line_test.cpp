#include "installer/cli/command_line.hpp"

#include "agent/base/fs/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace installer::cli;

Parsed parse(std::vector<const char*> arguments) {
  CommandLine line("/run/agent.sock");
  arguments.insert(arguments.begin(), "slipway");
  return line.parse(static_cast<int>(arguments.size()), arguments.data());
}

std::set<std::string> verb_names() {
  std::set<std::string> names;
  for (const auto& verb : CommandLine("").describe()) {
    names.insert(verb.name);
  }
  return names;
}

TEST_SUITE_BEGIN("installer.cli.command_line");

TEST_CASE("there is a verb for everything that the documentation names") {
  const auto names = verb_names();
  for (const std::string verb : {"status",
                                 "ps",
                                 "manifest validate",
                                 "manifest render",
                                 "manifest schema",
                                 "manifest import compose",
                                 "apply",
                                 "plan",
                                 "down",
                                 "logs",
                                 "exec",
                                 "events",
                                 "version",
                                 "login-code",
                                 "images load",
                                 "images list",
                                 "wait",
                                 "operation show",
                                 "operation cancel",
                                 "operation list",
                                 "completion"}) {
    CAPTURE(verb);
    CHECK(names.contains(verb));
  }
}

TEST_CASE("every verb that answers takes --json") {
  for (const auto& verb : CommandLine("").describe()) {
    if (verb.name == "completion" || verb.name == "help-markdown") {
      continue;
    }
    CAPTURE(verb.name);
    CHECK(std::ranges::any_of(verb.options,
                              [](const auto& option) { return option.names == "--json"; }));
  }
}

TEST_CASE("options are taken before and after what they belong to") {
  const auto parsed = parse({"--socket", "/x", "ps", "--json"});

  CHECK_FALSE(parsed.exit_code);
  CHECK(parsed.socket == "/x");
  CHECK(parsed.format == Format::json);
  CHECK(parse({"ps"}).socket == "/run/agent.sock");
}

TEST_CASE("wrong usage ends with 2") {
  std::vector<const char*> arguments;
  SUBCASE("no verb") {
    arguments = {};
  }
  SUBCASE("unknown verb") {
    arguments = {"frobnicate"};
  }
  SUBCASE("unknown option") {
    arguments = {"ps", "--frobnicate"};
  }
  SUBCASE("missing argument") {
    arguments = {"logs"};
  }
  SUBCASE("exec without a program") {
    arguments = {"exec", "web"};
  }
  SUBCASE("purge of a plan that takes nothing down") {
    arguments = {"plan", "--purge"};
  }
  SUBCASE("completion for no shell") {
    arguments = {"completion", "cmd"};
  }

  CHECK(parse(arguments).exit_code == 2);
}

TEST_CASE("a program's own options after -- are the program's") {
  CHECK_FALSE(parse({"exec", "-i", "web", "--", "ls", "--json", "-t"}).exit_code);
  CHECK(parse({"exec", "web", "--", "ls", "--json"}).format == Format::text);
}

TEST_CASE("the help of the command names the exit codes") {
  const auto help = CommandLine("").help();

  CHECK(help.find("3    the agent does not answer") != std::string::npos);
}

TEST_CASE("docs/cli.md is what the command says about itself") {
  const auto written = reference_markdown(CommandLine("/run/slipway/agent.sock").describe());
  if (std::getenv("ACCEPT") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    REQUIRE(base::fs::write_atomically(CLI_REFERENCE, written, 0644));
  }

  const auto kept = base::fs::read_file(CLI_REFERENCE, 1U << 20U);

  REQUIRE(kept);
  CHECK(*kept == written);
}

TEST_CASE("completion scripts offer every verb") {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    const auto script = completion_script(shell, CommandLine("").describe());
    REQUIRE(script);
    for (const auto& name : verb_names()) {
      CAPTURE(name);
      CHECK(script->find(name.substr(name.rfind(' ') + 1)) != std::string::npos);
    }
  }
  CHECK_FALSE(completion_script("cmd", {}));
}

TEST_SUITE_END();

}  // namespace
