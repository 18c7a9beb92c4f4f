#include "installer/cli/agent_client.hpp"

#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/http/local_server.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>

namespace {

using namespace base::http;
using base::ErrorCode;
using installer::cli::AgentClient;
using installer::cli::error_of;

class Answers final : public LocalHandler {
 public:
  std::function<LocalResponse(const LocalRequest&, RequestBody&)> answer;
  LocalResponse handle(const LocalRequest& request, RequestBody& body) override {
    return answer(request, body);
  }
};

struct Fixture {
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  std::string socket = (folder.path() / "s").string();
  Answers agent;
  LocalServer server{{.path = socket}, agent};
  AgentClient client{socket};

  explicit Fixture(std::function<LocalResponse(const LocalRequest&, RequestBody&)> answer) {
    agent.answer = std::move(answer);
    REQUIRE(server.start());
  }
};

TEST_SUITE_BEGIN("installer.cli.agent_client");

TEST_CASE("nobody on the socket is an error of its own kind") {
  AgentClient client("/nonexistent/agent.sock");

  const auto answer = client.get("/api/v1/version");

  REQUIRE_FALSE(answer);
  CHECK(answer.error().reason == "no_agent");
  CHECK_FALSE(answer.error().hint.empty());
}

TEST_CASE("what the agent refuses comes with its code, reason and hint") {
  Fixture fixture([](const LocalRequest&, RequestBody&) {
    return LocalResponse{
        .status = 409,
        .body = R"({"error":{"code":"conflict","reason":"stale_plan","message":"m","hint":"h"}})"};
  });

  const auto answer = fixture.client.post("/x", {{"a", 1}});

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == ErrorCode::conflict);
  CHECK(answer.error().reason == "stale_plan");
  CHECK(answer.error().message == "m");
  CHECK(answer.error().hint == "h");
}

TEST_CASE("an answer that is no error of the agent's is still told") {
  CHECK(error_of(502, "<html>").message == "the agent answered 502 and no reason");
}

TEST_CASE("streams come line by line, however they are cut, and can be left") {
  Fixture fixture([](const LocalRequest&, RequestBody&) {
    return LocalResponse{.stream = [](ResponseWriter& writer) {
      return writer.write("on") && writer.write("e\ntw") && writer.write("o\nthree\n");
    }};
  });
  std::vector<std::string> lines;

  const auto status = fixture.client.stream("/x", [&](std::string_view line) {
    lines.emplace_back(line);
    return line != "two";
  });

  CHECK(status);
  CHECK(lines == std::vector<std::string>{"one", "two"});
}

TEST_CASE("an upload arrives whole and its answer is read line by line") {
  Fixture fixture([](const LocalRequest&, RequestBody& body) {
    const auto text = read_whole(body, 1'000'000);
    return LocalResponse{.body = std::to_string(text ? text->size() : 0) + "\n"};
  });
  std::string line;

  const auto status = fixture.client.upload(
      "/x", body_of(std::string(200'000, 'x')), 200'000, [&](std::string_view each) {
        line = each;
        return true;
      });

  CHECK(status);
  CHECK(line == "200000");
}

TEST_SUITE_END();

}  // namespace
