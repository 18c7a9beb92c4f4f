#include "tests/support/agent/render/rendering.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

// What the container's one variable comes to.
base::Result<std::string> expand(const std::string& text, tests::Rendering rendering = {}) {
  BASE_TRY_ASSIGN(
      const auto deployment,
      rendering.run_container("    ports: [{private_port: '80', public_port: '8080'}]\n"
                              "    env_vars:\n    - name: X\n      value: |-\n        " +
                              text + "\n"));
  return deployment.containers.at(0).env.at(0).value;
}

TEST_SUITE_BEGIN("render.functions");

TEST_CASE("functions give what the original's give") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({{repl Trim "  a b " }})", "a b"},
      {R"({{repl Trim "xxaxx" "x"}})", "a"},
      {R"({{repl "  a " | TrimSpace}})", "a"},
      {R"({{repl index (Split "a,b" ",") 1}})", "b"},
      {R"({{repl Split "abc" ""}})", "[a b c]"},
      {R"({{repl ToLower "AbC"}}{{repl ToUpper "AbC"}})", "abcABC"},
      {R"({{repl HumanSize 2746000}})", "2.746 MB"},
      {R"({{repl UrlEncode "p@ss word"}})", "p%40ss+word"},
      {R"({{repl UrlPathEscape "a b/c"}})", "a%20b%2Fc"},
      {R"({{repl Base64Encode "hello"}})", "aGVsbG8="},
      {R"({{repl Base64Decode "aGVsbG8="}})", "hello"},
      {R"({{repl Div 7 2}} {{repl Div 7 2.0}})", "3 3.5"},
      {R"({{repl Add 1 2}} {{repl Sub "5" 2}} {{repl Mult 3 1.5}})", "3 3 4.5"},
      {R"({{repl if ParseBool "true"}}yes{{repl end}})", "yes"},
      {R"({{repl "12" | ParseInt | Add 1}})", "13"},
      {R"({{repl ParseInt "ff" 16}})", "255"},
      {R"({{repl ParseFloat "1.5" | lt 1.0}})", "true"},
      {R"({{repl AppID}} {{repl AppVersion}} {{repl AppVersionCurrent}})", "app-1 3 0"},
      {R"({{repl AppSetting "version.label"}})", ""},
      {R"({{repl ThisNodePrivateIPAddress}} {{repl ThisNodePublicIPAddress}})",
       "10.1.2.3 203.0.113.9"},
      {R"({{repl NodePrivateIPAddress "Web" "acme/web"}})", "10.1.2.3"},
      {R"({{repl range NodePrivateIPAddressAll "Web" "acme/web"}}{{repl .}},{{repl end}})",
       "10.1.2.3,"},
      {R"({{repl HostPrivateIpAddress "Web" "acme/web"}})", "10.1.2.3"},
      {R"({{repl ThisHostInterfaceAddress "eth1"}})", "192.168.7.7"},
      {R"({{repl ThisNodeDockerAddress}})", "172.17.0.1"},
      {R"({{repl DockerInfo ".DockerRootDir"}})", "/var/lib/docker"},
      {R"({{repl ConsoleSetting "tls.hostname"}})", "appliance.example"},
      {R"({{repl ConsoleSettingEquals "http.proxy.enabled" "1"}})", "false"},
      {R"({{repl ContainerExposedPort "Web" "acme/web" "80"}})", "8080"},
      {R"({{repl Now}})", "2023-11-14T22:13:20Z"},
      {R"({{repl NowFmt "20060102"}})", "20231114"},
      {R"({{repl NowFmt "Mon, 2 Jan 2006 15:04:05 -0700"}})", "Tue, 14 Nov 2023 22:13:20 +0000"},
      {R"({{repl NowFmt "Monday _2 January 06 at 3:04 PM MST"}})",
       "Tuesday 14 November 23 at 10:13 PM UTC"},
      {R"({{repl NowFmt "2006-01-02T15:04:05.000Z07:00 002"}})", "2023-11-14T22:13:20.000Z 318"},
      {R"({{repl NowFmt "at Janet's, 03h"}})", "at Janet's, 10h"},
      {R"({{repl RunOffline}})", "false"},
      {R"({{repl LicenseFieldValue "seats"}})", ""}};
  for (const auto& row : cases) {
    const auto& text = row.first;
    const auto& expected = row.second;
    CAPTURE(text);

    const auto value = expand(text);

    REQUIRE_MESSAGE(value, value.error().message);
    CHECK(*value == expected);
  }
}

TEST_CASE("fields and properties of a licence") {
  agent::license::License license;
  license.assignee = "Big Bank";
  license.expires = std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000));
  license.fields = {{"seats", std::int64_t{50}}};

  const auto value =
      expand(R"({{repl LicenseFieldValue "seats"}} {{repl LicenseProperty "assignee"}} )"
             R"({{repl LicenseProperty "expiration.date"}})",
             {.license = &license});

  REQUIRE(value);
  CHECK(*value == "50 Big Bank 2023-11-14T22:13:20Z");
}

TEST_CASE("a port that Docker has yet to choose is refused with the way out") {
  const auto value = expand(R"({{repl ContainerExposedPort "Web" "acme/web" "81"}})");

  REQUIRE_FALSE(value);
  CHECK(value.error().reason == "needs_started_container");
  CHECK(value.error().message ==
        "components[0].containers[0].env_vars[0].value (line 12, column 14): template: value:1:7: "
        "executing \"value\" at <ContainerExposedPort \"Web\" \"acme/web\" \"81\">: error calling "
        "ContainerExposedPort: the host port of port 81 is chosen only when the container starts");
  CHECK_FALSE(value.error().hint.empty());
}

TEST_CASE("bad arguments are refused") {
  for (const std::string text : {R"({{repl Div 1 0}})",
                                 R"({{repl Add "x" 1}})",
                                 R"({{repl Mult 9223372036854775807 2}})",
                                 R"({{repl ParseInt "1.5"}})",
                                 R"({{repl ParseBool "maybe"}})",
                                 R"({{repl Base64Decode "***"}})",
                                 R"({{repl ToLower (Split "a" ",")}})",
                                 R"({{repl NodePrivateIPAddress "No" "where"}})",
                                 R"({{repl Base64Decode "/w=="}})"}) {
    CAPTURE(text);

    const auto value = expand(text);

    REQUIRE_FALSE(value);
    CHECK(value.error().code == base::ErrorCode::invalid_input);
  }
}

TEST_SUITE_END();

}  // namespace
