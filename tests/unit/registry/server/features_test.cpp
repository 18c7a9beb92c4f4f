#include "registry/server/features.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using registry::server::unmet_features;

TEST_SUITE_BEGIN("registry.server.features");

TEST_CASE("what the registry does anyway is met, and so is what says nothing") {
  const auto unmet = unmet_features(R"(
access:
  website_accounts: false
  search_scoped: true
  publish: all
upstream:
  url: ""
  secret:
)");

  REQUIRE(unmet);
  CHECK(unmet->empty());
  CHECK(unmet_features("")->empty());
}

TEST_CASE("what this version does not have is named by its key, never by its value") {
  const auto unmet = unmet_features(R"(
access: {publish: scoped, later: 1}
private_ca: /etc/ca.pem
authentication:
  kind: ldap
  search_password: "p\"w"
)");

  REQUIRE(unmet);
  CHECK(*unmet == std::vector<std::string>{"access.publish",
                                           "access.later",
                                           "private_ca",
                                           "authentication.kind",
                                           "authentication.search_password"});
}

TEST_CASE("a file that cannot be read as features is refused with its place") {
  for (const std::string text : {"text", "- a", "a: [b]", "a: {b", "a: 1\n---\nb: 2\n"}) {
    CAPTURE(text);
    CHECK_FALSE(unmet_features(text));
  }
  CHECK(unmet_features("a:\n  b: [c]\n").error().message == "line 2, column 6: a.b is a list");
}

TEST_SUITE_END();

}  // namespace
