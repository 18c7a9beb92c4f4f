#include "registry/server/configuration.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <map>

namespace {

using namespace registry::server;  // NOLINT(google-build-using-namespace)

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST_SUITE_BEGIN("registry.server.configuration");

TEST_CASE("a secret comes from its variable or from the file that another one names") {
  const auto folder = base::fs::TemporaryDirectory::create("/tmp");
  REQUIRE(folder);
  const auto file = folder->path() / "secret";
  REQUIRE(base::fs::write_atomically(file, "from a file\n", 0600));

  CHECK(secret_from(environment_of({{"X", "plain"}}), "X")->reveal() == "plain");
  CHECK(secret_from(environment_of({{"X_FILE", file.string()}}), "X")->reveal() == "from a file");
  CHECK(secret_from(environment_of({}), "X")->empty());
  CHECK_FALSE(
      secret_from(environment_of({{"X", "a"}, {"X_FILE", file.string()}}), "X").has_value());
  CHECK_FALSE(secret_from(environment_of({{"X_FILE", "/nowhere/x"}}), "X").has_value());
}

TEST_CASE("the public address loses the slash at its end and must be an address") {
  CHECK(*parse_public_url("https://npm.example.org/") == "https://npm.example.org");
  CHECK(*parse_public_url("http://h:8080/a/b//") == "http://h:8080/a/b");
  for (const char* text : {"",
                           "npm.example.org",
                           "ftp://x",
                           "http://",
                           "https:///",
                           "http://x?y",
                           "http://x y",
                           "http://x\"y"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_public_url(text).has_value());
  }
}

TEST_CASE("a switch is on or off") {
  CHECK(*parse_switch("x", "on"));
  CHECK_FALSE(*parse_switch("x", "off"));
  CHECK_FALSE(parse_switch("x", "yes").has_value());
}

TEST_SUITE_END();

}  // namespace
