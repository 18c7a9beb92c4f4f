#include "agent/console/console.hpp"

#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/http/client.hpp"
#include "agent/base/http/local_server.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <mutex>

namespace {

using agent::console::Console;
using namespace base::http;
using namespace std::chrono_literals;

// Stands where the agent does: answers with what it was asked.
class EchoAgent final : public LocalHandler {
 public:
  LocalResponse handle(const LocalRequest& request, RequestBody& body) override {
    const auto text = read_whole(body, 1U << 20U);
    const std::lock_guard lock(mutex);
    ++asked;
    return {.headers = {{"Content-Type", "text/plain"}, {"Set-Cookie", "__Host-slipway=t"}},
            .body = request.method + " " + request.url.path + " " +
                    std::string(request.headers.get("X-Slipway-Forwarded-For").value_or("-")) +
                    " " + std::string(request.headers.get("Cookie").value_or("-")) + " " +
                    (text ? *text : text.error().message)};
  }
  std::mutex mutex;
  int asked = 0;
};

struct Fixture {
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  EchoAgent agent;
  LocalServer agent_server{{.path = (folder.path() / "s").string()}, agent};
  Console console{folder.path() / "s", std::nullopt};
  Server server{{.listen = {"127.0.0.1:0"}}, console};
  Client client;

  Fixture() {
    REQUIRE(agent_server.start());
    REQUIRE(server.start());
  }
  ClientResponse send(const std::string& method,
                      const std::string& target,
                      const std::string& body = "",
                      std::vector<std::pair<std::string, std::string>> headers = {}) {
    auto response =
        client.send({.method = method,
                     .url = "http://127.0.0.1:" + std::to_string(server.ports().front()) + target,
                     .headers = std::move(headers),
                     .body = body,
                     .deadline = 8s});
    REQUIRE(response);
    return *std::move(response);
  }
};

TEST_SUITE_BEGIN("agent.console.console");

TEST_CASE("the API is handed on with the client's address, cookie and body, and back") {
  Fixture fixture;

  const auto response =
      fixture.send("POST", "/api/v1/plans", "{}", {{"Cookie", "__Host-slipway=x"}});

  CHECK(response.status == 200);
  CHECK(response.body == "POST /api/v1/plans 127.0.0.1 __Host-slipway=x {}");
  CHECK(response.header("Set-Cookie") == "__Host-slipway=t");
}

TEST_CASE("a client cannot say that it is somebody else") {
  Fixture fixture;

  const auto response =
      fixture.send("GET", "/api/v1/status", "", {{"X-Slipway-Forwarded-For", "198.51.100.7"}});

  CHECK(response.body.starts_with("GET /api/v1/status 127.0.0.1 "));
}

TEST_CASE("only this version of the API reaches the agent, however the path is spelled") {
  Fixture fixture;
  for (const std::string target :
       {"/api/v2/status", "/api/", "/%61pi/v1/status", "/x/..%2fapi/v1/status"}) {
    CAPTURE(target);
    CHECK(fixture.send("GET", target).status != 200);
  }
  CHECK(fixture.agent.asked == 0);
}

TEST_CASE("every answer has the security headers") {
  Fixture fixture;
  for (const std::string target : {"/", "/api/v1/status", "/api/v2/status"}) {
    CAPTURE(target);
    const auto response = fixture.send("GET", target);
    CHECK(response.header("Content-Security-Policy"));
    CHECK(response.header("X-Content-Type-Options") == "nosniff");
    CHECK(response.header("X-Frame-Options") == "DENY");
    CHECK(response.header("Referrer-Policy") == "no-referrer");
  }
}

TEST_CASE("without the agent the API is 503 in its own form, and pages are still answered") {
  Fixture fixture;
  fixture.agent_server.stop();

  const auto api = fixture.send("GET", "/api/v1/status");
  const auto page = fixture.send("GET", "/");

  CHECK(api.status == 503);
  CHECK(api.body.find("\"code\":\"unavailable\"") != std::string::npos);
  CHECK(page.body.find("not installed") != std::string::npos);
}

TEST_CASE("pages are read and nothing else") {
  Fixture fixture;

  const auto response = fixture.send("POST", "/");

  CHECK(response.status == 405);
  CHECK(response.header("Allow") == "GET, HEAD");
}

TEST_SUITE_END();

}  // namespace
