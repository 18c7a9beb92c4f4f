#include "agent/base/fs/files.hpp"
#include "tests/support/agent/api/api_world.hpp"

#include <doctest/doctest.h>

namespace {

using namespace agent::api;
using agent::engine::ComponentView;
using agent::engine::Condition;
using agent::journal::OperationId;

const Asking k_root{.uid = 0};

ComponentView running(const std::string& name) {
  return {
      .name = name,
      .component = name,
      .condition = Condition::ready,
      .container = "app-" + name,
      .container_id = "c0ffee",
      .image = name + ":1",
      .role = "service",
      .status = "running",
      .health = "healthy",
      .ports = {{.host_ip = "0.0.0.0", .host_port = 8080, .container_port = 80, .protocol = "tcp"},
                {.host_ip = "::", .host_port = 8080, .container_port = 80, .protocol = "tcp"}}};
}

TEST_SUITE_BEGIN("agent.api.routes");

TEST_CASE("signing in sets a cookie that scripts and other sites cannot use") {
  ApiWorld world;
  const auto code = world.access->create_login_code("root");
  REQUIRE(code);
  const Asking browser{.uid = k_console_uid, .forwarded = true};

  const auto answer =
      world.ask(browser, "POST", "/api/v1/session", R"({"code":")" + code->code.reveal() + R"("})");

  CHECK(answer.status == 200);
  CHECK(json_of(answer)["role"] == "admin");
  const auto cookie = answer.headers.get("Set-Cookie");
  REQUIRE(cookie);
  CHECK(cookie->starts_with("__Host-slipway="));
  for (const auto* attribute : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
    CHECK(cookie->find(attribute) != std::string_view::npos);
  }
  const auto token = cookie->substr(15, cookie->find(';') - 15);
  CHECK(answer.body.find(token) == std::string::npos);
}

TEST_CASE("a wrong code is 401 and says how to get another") {
  ApiWorld world;

  const auto answer = world.ask({.uid = k_console_uid, .forwarded = true},
                                "POST",
                                "/api/v1/session",
                                R"({"code":"2222-2222-2222"})");

  CHECK(answer.status == 401);
  CHECK(reason_of(answer) == "code_refused");
  CHECK(json_of(answer)["error"]["hint"].get<std::string>().find("slipway login-code") !=
        std::string::npos);
}

TEST_CASE("an answer is never kept by a cache") {
  ApiWorld world;

  CHECK(world.ask(k_root, "GET", "/api/v1/version").headers.get("Cache-Control") == "no-store");
  CHECK(world.ask(k_root, "GET", "/api/v1/none").headers.get("Cache-Control") == "no-store");
}

TEST_CASE("an unknown path is 404, a known one with another method 405 with those there are") {
  ApiWorld world;

  CHECK(world.ask(k_root, "GET", "/api/v1/none").status == 404);
  const auto answer = world.ask(k_root, "PUT", "/api/v1/session");
  CHECK(answer.status == 405);
  CHECK(answer.headers.has("Allow"));
}

TEST_CASE("what is absent is null") {
  ApiWorld world;

  const auto status = json_of(world.ask(k_root, "GET", "/api/v1/status"));

  CHECK(status["application"]["app"].is_null());
  CHECK(status["application"]["condition"] == "missing");
  CHECK(status["console"]["fingerprint"].is_null());
  CHECK(status["operation"].is_null());
}

TEST_CASE("the status shows the console's fingerprint once the console has written it") {
  ApiWorld world;
  std::string fingerprint = "0A";
  for (int i = 0; i < 31; ++i) {
    fingerprint += ":F9";
  }
  const auto file = world.folder.path() / "fingerprint";
  REQUIRE(base::fs::write_atomically(file, fingerprint + "\n", 0644));

  const auto status = json_of(world.ask(k_root, "GET", "/api/v1/status"));

  CHECK(status["console"]["fingerprint"] == fingerprint);
}

// The console could be taken over, and the agent is root.
TEST_CASE("what the console writes in place of its fingerprint is not passed on") {
  ApiWorld world;
  const auto file = world.folder.path() / "fingerprint";
  SUBCASE("other text") {
    REQUIRE(base::fs::write_atomically(file, "root:x:0:0", 0644));
  }
  SUBCASE("too few pairs") {
    REQUIRE(base::fs::write_atomically(file, "AB:CD\n", 0644));
  }
  SUBCASE("a link") {
    std::filesystem::create_symlink("/etc/passwd", file);
  }

  const auto status = json_of(world.ask(k_root, "GET", "/api/v1/status"));

  CHECK(status["console"]["fingerprint"].is_null());
}

TEST_CASE("who tries codes without end is told how long to wait, and root is not") {
  ApiWorld world;
  const Asking browser{.uid = k_console_uid, .forwarded = true};
  const auto try_code = [&](const Asking& asking) {
    return world.ask(asking, "POST", "/api/v1/session", R"({"code":"2222-2222-2222"})");
  };
  for (int guess = 0; guess < 10; ++guess) {
    CHECK(try_code(browser).status == 401);
  }

  const auto refused = try_code(browser);
  const auto root = try_code(k_root);
  world.clock.advance(std::chrono::seconds(5));
  const auto later = try_code(browser);

  CHECK(refused.status == 429);
  CHECK(reason_of(refused) == "too_many_attempts");
  CHECK(refused.headers.get("Retry-After") == "5");
  CHECK(root.status == 401);
  CHECK(later.status == 401);
}

TEST_CASE("a component shows its ports, and the status each address once") {
  ApiWorld world;
  world.lifecycle.shown_components = {running("web")};

  const auto components = json_of(world.ask(k_root, "GET", "/api/v1/components"));
  const auto status = json_of(world.ask(k_root, "GET", "/api/v1/status"));

  const auto& web = components["components"][0];
  CHECK(web["ports"][0] == "0.0.0.0:8080->80/tcp");
  CHECK(web["ports"][1] == "[::]:8080->80/tcp");
  CHECK(web["exit_code"].is_null());
  CHECK(status["application"]["addresses"] == base::data::Json::array({"0.0.0.0:8080"}));
}

TEST_CASE("a manifest is taken from root and from no session") {
  ApiWorld world;
  const std::string body = R"({"action":"apply","manifest":"name: x","settings":{"port":"80"}})";
  const Asking admin{.uid = k_console_uid, .cookie = world.sign_in(), .forwarded = true};

  const auto refused = world.ask(admin, "POST", "/api/v1/plans", body);
  const auto taken = world.ask(k_root, "POST", "/api/v1/plans", body);

  CHECK(refused.status == 403);
  CHECK(reason_of(refused) == "local_only");
  CHECK(taken.status == 201);
  REQUIRE(world.lifecycle.asked_plans.size() == 1);
  CHECK(world.lifecycle.asked_plans[0].manifest == "name: x");
  CHECK(world.lifecycle.asked_plans[0].settings.at("port") == "80");
  CHECK(world.lifecycle.asked_plans[0].author == "root");
}

TEST_CASE("a session may change settings of what is installed, in its own name") {
  ApiWorld world;
  const Asking admin{.uid = k_console_uid, .cookie = world.sign_in(), .forwarded = true};

  const auto answer = world.ask(admin,
                                "POST",
                                "/api/v1/plans",
                                R"({"action":"apply","manifest":null,"settings":{"port":"81"}})");

  CHECK(answer.status == 201);
  REQUIRE(world.lifecycle.asked_plans.size() == 1);
  CHECK(world.lifecycle.asked_plans[0].author == "admin");
}

TEST_CASE("a request that is not as described is refused with the place of the fault") {
  ApiWorld world;
  const char* body = nullptr;
  SUBCASE("not JSON") {
    body = "{";
  }
  SUBCASE("not an object") {
    body = "[]";
  }
  SUBCASE("unknown action") {
    body = R"({"action":"upgrade"})";
  }
  SUBCASE("unknown key") {
    body = R"({"action":"apply","force":true})";
  }
  SUBCASE("a setting that is no text") {
    body = R"({"action":"apply","settings":{"port":80}})";
  }
  SUBCASE("purge without down") {
    body = R"({"action":"apply","purge":true})";
  }

  const auto answer = world.ask(k_root, "POST", "/api/v1/plans", body);

  CHECK(answer.status == 400);
  CHECK(json_of(answer)["error"]["code"] == "invalid_input");
  CHECK(world.lifecycle.asked_plans.empty());
}

TEST_CASE("an operation is started, shown, listed and cancelled") {
  ApiWorld world;
  world.lifecycle.shown_operation.record.id = OperationId{7};

  const auto started = world.ask(k_root, "POST", "/api/v1/operations", R"({"plan":"p1"})");
  const auto shown = world.ask(k_root, "GET", "/api/v1/operations/7");
  const auto listed = world.ask(k_root, "GET", "/api/v1/operations");
  const auto cancelled = world.ask(k_root, "POST", "/api/v1/operations/7/cancel", "{}");

  CHECK(started.status == 202);
  CHECK(world.lifecycle.executed.at(0).first == "p1");
  CHECK(json_of(shown)["id"] == 7);
  CHECK(json_of(listed)["operations"].size() == 1);
  CHECK(cancelled.status == 202);
  CHECK(world.lifecycle.cancelled == std::vector<std::int64_t>{7});
}

TEST_CASE("a number that is none is no operation") {
  ApiWorld world;

  CHECK(world.ask(k_root, "GET", "/api/v1/operations/7x").status == 404);
  CHECK(world.ask(k_root, "GET", "/api/v1/operations/-1").status == 404);
}

TEST_CASE("a stale plan is 409 with its reason") {
  ApiWorld world;
  world.lifecycle.refuse =
      base::Error{base::ErrorCode::conflict, "the host has changed", "Plan again.", "stale_plan"};

  const auto answer = world.ask(k_root, "POST", "/api/v1/operations", R"({"plan":"p1"})");

  CHECK(answer.status == 409);
  CHECK(reason_of(answer) == "stale_plan");
}

TEST_CASE("logs come as one JSON object a line") {
  ApiWorld world;
  world.lifecycle.shown_components = {running("web")};
  world.engine.containers["c0ffee"] = {};
  world.engine.log_lines = {"first", "second \"quoted\""};

  const auto answer = world.ask(k_root, "GET", "/api/v1/components/web/logs?tail=10");
  REQUIRE(answer.stream);
  TextWriter writer;
  const bool whole = answer.stream(writer);

  CHECK(whole);
  CHECK(answer.headers.get("Content-Type") == "application/x-ndjson");
  CHECK(writer.text ==
        "{\"line\":\"first\",\"stream\":\"stdout\",\"time\":null}\n"
        "{\"line\":\"second \\\"quoted\\\"\",\"stream\":\"stdout\",\"time\":null}\n");
}

TEST_CASE("a wrong tail and an unknown component are refused before anything is streamed") {
  ApiWorld world;
  world.lifecycle.shown_components = {running("web")};

  CHECK(world.ask(k_root, "GET", "/api/v1/components/web/logs?tail=many").status == 400);
  CHECK(world.ask(k_root, "GET", "/api/v1/components/web/logs?follow=maybe").status == 400);
  CHECK(world.ask(k_root, "GET", "/api/v1/components/none/logs").status == 404);
}

TEST_CASE("the event stream begins with everything and goes on with what changes") {
  ApiWorld world;
  world.lifecycle.shown_components = {running("web")};

  const auto answer = world.ask(k_root, "GET", "/api/v1/events");
  REQUIRE(answer.stream);
  TextWriter writer;
  writer.limit = 1;  // The client leaves after the first event.
  CHECK(answer.stream(writer));

  CHECK(answer.headers.get("Content-Type") == "text/event-stream");
  CHECK(writer.text.starts_with("event: snapshot\ndata: {\"components\":[{"));
  CHECK(writer.text.ends_with("}\n\n"));
}

TEST_CASE("the event stream of a session ends with the session") {
  ApiWorld world;
  const Asking admin{.uid = k_console_uid, .cookie = world.sign_in(), .forwarded = true};
  const auto answer = world.ask(admin, "GET", "/api/v1/events");
  REQUIRE(answer.stream);

  world.clock.advance(std::chrono::hours(13));
  TextWriter writer;

  CHECK(answer.stream(writer));
  CHECK(writer.text.starts_with("event: snapshot\n"));
}

TEST_CASE("a program that is to run needs words, and a container that is there") {
  ApiWorld world;
  world.lifecycle.shown_components = {running("web")};
  world.lifecycle.shown_components[0].container_id.clear();

  CHECK(world.ask(k_root, "POST", "/api/v1/components/web/exec", R"({"argv":[]})").status == 400);
  CHECK(world.ask(k_root, "POST", "/api/v1/components/web/exec", R"({"argv":["id"]})").status ==
        409);
  CHECK(world.ask(k_root, "GET", "/api/v1/components/web/logs").status == 409);
}

TEST_CASE("a program's output ends with its exit code") {
  ApiWorld world;
  world.lifecycle.shown_components = {running("web")};
  world.engine.containers["c0ffee"] = {};
  world.engine.on_exec = [](const std::string&, const std::vector<std::string>&) { return 3; };

  const auto started =
      world.ask(k_root, "POST", "/api/v1/components/web/exec", R"({"argv":["false"]})");
  REQUIRE(started.status == 201);
  const auto id = json_of(started)["id"].get<std::string>();
  const auto output = world.ask(k_root, "GET", "/api/v1/exec/" + id + "/output");
  REQUIRE(output.stream);
  TextWriter writer;

  CHECK(output.stream(writer));
  CHECK(writer.text.ends_with("{\"data\":null,\"exit_code\":3,\"stream\":null}\n"));
  CHECK(world.ask(k_root, "GET", "/api/v1/exec/" + id + "/output").status == 404);
}

TEST_CASE("an archive of images is told on its way, then what the engine does, then what it has") {
  ApiWorld world;
  world.images.loaded = {"web:1"};

  const auto answer = world.ask(k_root, "POST", "/api/v1/images", std::string(1U << 20U, 'x'));
  REQUIRE(answer.stream);
  TextWriter writer;

  CHECK(answer.stream(writer));
  CHECK(
      writer.text ==
      R"({"done_bytes":1048576,"error":null,"image":null,"message":"Sending to the engine","total_bytes":1048576})"
      "\n"
      R"({"done_bytes":1048576,"error":null,"image":null,"message":"Loading layer","total_bytes":1048576})"
      "\n"
      R"({"done_bytes":null,"error":null,"image":"web:1","message":null,"total_bytes":null})"
      "\n");
}

TEST_CASE("an engine that fails on an archive ends the answer with its error") {
  ApiWorld world;
  world.images.fail_after = 0;

  const auto answer = world.ask(k_root, "POST", "/api/v1/images", "no archive");
  REQUIRE(answer.stream);
  TextWriter writer;

  CHECK(answer.stream(writer));
  CHECK(writer.text.find(R"("reason":"disk_full")") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
