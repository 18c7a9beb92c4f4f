#pragma once
// An engine on a unix socket that answers what a test has laid down: for the client's own tests.

#include "agent/base/core/guarded.hpp"
#include "tests/support/agent/base/http/scripted_http_server.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

class FakeEngineServer {
 public:
  using Script = std::function<void(const SeenRequest&, Conversation&)>;

  explicit FakeEngineServer(std::string api_version = "1.41");

  [[nodiscard]] const std::string& socket() const { return server_.socket_path(); }

  // `route` is the method and the path without version and query: "GET /containers/json". The last
  // answer for a route holds; a route without one is 404.
  void answer(const std::string& route, int status, std::string body);
  void on(const std::string& route, Script script);

  // As after an upgrade of the engine: from then on every answer names this version.
  void set_api_version(std::string version);
  [[nodiscard]] std::string api_version();

  // Method and target of everything asked but /_ping.
  [[nodiscard]] std::vector<std::string> lines();
  [[nodiscard]] SeenRequest last();
  ScriptedHttpServer& server() { return server_; }

 private:
  struct Plan {
    std::string api_version;
    std::map<std::string, Script> scripts;
  };

  void serve(const SeenRequest& request, Conversation& conversation);

  base::Guarded<Plan> plan_;
  ScriptedHttpServer server_;
};

// The text of tests/support/agent/docker/answers/<name>.
std::string recorded_answer(const std::string& name);

// {stream, 0, 0, 0, size} and the payload.
std::string frame(int stream, std::string_view payload);

}  // namespace tests
