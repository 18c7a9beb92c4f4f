#include "agent/base/data/yaml.hpp"
#include "agent/base/fs/files.hpp"
#include "tests/support/agent/api/api_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace {

using namespace agent::api;
using agent::access::Permission;
using agent::access::Role;
using agent::access::Session;

// A caller as the dispatcher makes one, with any role; codes give administrators only.
Caller console_caller(std::optional<Role> role) {
  Caller caller{.kind = CallerKind::console};
  if (role) {
    caller.session = Session{.user = "somebody", .role = *role};
  }
  return caller;
}

base::http::LocalRequest request_for(const Route& route, bool from_own_page) {
  base::http::LocalRequest request{.method = route.method()};
  if (from_own_page) {
    request.headers.add(k_own_request, "1");
  }
  return request;
}

std::string verdict(const Caller& caller, const Route& route, bool from_own_page = true) {
  const auto status = check(caller, route.permission(), request_for(route, from_own_page));
  return status ? "ok" : std::string(base::name_of(status.error().code));
}

TEST_SUITE_BEGIN("agent.api.permissions");

TEST_CASE("root on the socket may use every route") {
  ApiWorld world;
  for (const auto& route : make_routes(world.services)) {
    CAPTURE(route.method() + " " + route.pattern());
    CHECK(verdict({.kind = CallerKind::local}, route, false) == "ok");
  }
}

TEST_CASE("another user on the socket may use no route, not even a public one") {
  ApiWorld world;
  for (const auto& route : make_routes(world.services)) {
    CAPTURE(route.method() + " " + route.pattern());
    CHECK(verdict({.kind = CallerKind::stranger}, route) == "forbidden");
  }
}

TEST_CASE("without a session the console may use what is public, and nothing else") {
  ApiWorld world;
  for (const auto& route : make_routes(world.services)) {
    CAPTURE(route.method() + " " + route.pattern());
    const std::string expected = route.permission() == Permission::open    ? "ok"
                                 : route.permission() == Permission::local ? "forbidden"
                                                                           : "unauthorized";
    CHECK(verdict(console_caller(std::nullopt), route) == expected);
  }
}

TEST_CASE("a role opens the routes of its permission and those below") {
  ApiWorld world;
  const std::map<Role, std::vector<Permission>> opened{
      {Role::viewer, {Permission::open, Permission::view}},
      {Role::operator_, {Permission::open, Permission::view, Permission::operate}},
      {Role::admin, {Permission::open, Permission::view, Permission::operate, Permission::admin}}};
  for (const auto& [role, permissions] : opened) {
    for (const auto& route : make_routes(world.services)) {
      CAPTURE(route.method() + " " + route.pattern());
      const bool open = std::ranges::find(permissions, route.permission()) != permissions.end();
      CHECK(verdict(console_caller(role), route) == (open ? "ok" : "forbidden"));
    }
  }
}

TEST_CASE("a page of another origin changes nothing, whoever is signed in") {
  ApiWorld world;
  for (const auto& route : make_routes(world.services)) {
    CAPTURE(route.method() + " " + route.pattern());
    if (route.method() != "GET") {
      CHECK(verdict(console_caller(Role::admin), route, false) == "forbidden");
    }
  }
}

using base::data::YamlNode;

YamlNode description() {
  const auto text = base::fs::read_file(API_DESCRIPTION, 1U << 20U);
  REQUIRE(text);
  auto document = base::data::parse_yaml(*text);
  REQUIRE(document);
  return *std::move(document);
}

TEST_CASE("the table and openapi.yaml describe the same routes with the same permissions") {
  ApiWorld world;
  std::map<std::string, std::string> table;
  for (const auto& route : make_routes(world.services)) {
    table[route.method() + " " + route.pattern()] =
        std::string(agent::access::name_of(route.permission()));
  }

  const auto document = description();
  const auto* paths = document.find("paths");
  REQUIRE(paths != nullptr);
  std::map<std::string, std::string> described;
  for (const auto& path : paths->entries) {
    for (const auto& method : path.value.entries) {
      std::string name = method.key;
      std::ranges::transform(name, name.begin(), [](unsigned char each) {
        return static_cast<char>(std::toupper(each));
      });
      const auto* permission = method.value.find("x-permission");
      described[name + " " + path.key] = permission != nullptr ? permission->text : "none";
    }
  }

  CHECK(table == described);
}

TEST_CASE("openapi.yaml describes what stands in a path, and that every route can fail") {
  const auto document = description();
  const auto* paths = document.find("paths");
  REQUIRE(paths != nullptr);
  for (const auto& path : paths->entries) {
    std::vector<std::string> wanted;
    for (auto open = path.key.find('{'); open != std::string::npos;
         open = path.key.find('{', open + 1)) {
      wanted.push_back(path.key.substr(open + 1, path.key.find('}', open) - open - 1));
    }
    for (const auto& method : path.value.entries) {
      CAPTURE(method.key + " " + path.key);
      std::vector<std::string> described;
      if (const auto* parameters = method.value.find("parameters"); parameters != nullptr) {
        for (const auto& each : parameters->items) {
          if (each.find("in")->text == "path") {
            described.push_back(each.find("name")->text);
          }
        }
      }
      CHECK(described == wanted);
      const auto* responses = method.value.find("responses");
      REQUIRE(responses != nullptr);
      CHECK(responses->find("default") != nullptr);
    }
  }
}

TEST_CASE("a stranger learns nothing about which routes there are") {
  ApiWorld world;

  const auto there = world.ask({.uid = k_other_uid}, "GET", "/api/v1/version");
  const auto nowhere = world.ask({.uid = k_other_uid}, "GET", "/api/v1/nowhere");

  CHECK(there.status == 403);
  CHECK(there.body == nowhere.body);
}

TEST_CASE("a console that runs as root makes nobody root") {
  ApiWorld world;

  const auto answer = world.ask({.uid = 0, .forwarded = true}, "POST", "/api/v1/login-code");

  CHECK(answer.status == 403);
  CHECK(reason_of(answer) == "local_only");
}

TEST_CASE("the console's user is nobody without a session, with or without the console's field") {
  ApiWorld world;

  CHECK(world.ask({.uid = k_console_uid, .forwarded = true}, "GET", "/api/v1/status").status ==
        401);
  CHECK(world.ask({.uid = k_console_uid}, "GET", "/api/v1/status").status == 401);
}

TEST_CASE("a session opens what its role may see until it is signed out") {
  ApiWorld world;
  const Asking signed_in{.uid = k_console_uid, .cookie = world.sign_in(), .forwarded = true};

  CHECK(world.ask(signed_in, "GET", "/api/v1/status").status == 200);
  CHECK(world.ask(signed_in, "POST", "/api/v1/login-code").status == 403);
  CHECK(world.ask(signed_in, "DELETE", "/api/v1/session").status == 204);
  CHECK(world.ask(signed_in, "GET", "/api/v1/status").status == 401);
}

TEST_SUITE_END();

}  // namespace
