#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <utility>

namespace tests {
namespace {

// "/v1.41/containers/json?all=1" -> "/containers/json"
std::string plain_path(const std::string& target) {
  auto path = target.substr(0, target.find('?'));
  if (path.starts_with("/v1.")) {
    path.erase(0, path.find('/', 1));
  }
  return path;
}

}  // namespace

FakeEngineServer::FakeEngineServer(std::string api_version)
    : plan_(Plan{.api_version = std::move(api_version), .scripts = {}}),
      server_(ScriptedHttpServer::Transport::unix_socket,
              [this](const SeenRequest& request, Conversation& conversation) {
                serve(request, conversation);
              }) {}

void FakeEngineServer::serve(const SeenRequest& request, Conversation& conversation) {
  Script script;
  std::string version;
  {
    auto plan = plan_.lock();
    version = plan->api_version;
    const auto found = plan->scripts.find(request.method + " " + plain_path(request.target));
    if (found != plan->scripts.end()) {
      script = found->second;
    }
  }
  if (script) {
    script(request, conversation);
  } else if (request.target == "/_ping") {
    conversation.answer(200, "OK", fmt::format("Api-Version: {}\r\n", version));
  } else {
    conversation.answer(
        404, R"({"message":"page not found"})", fmt::format("Api-Version: {}\r\n", version));
  }
}

void FakeEngineServer::answer(const std::string& route, int status, std::string body) {
  on(route, [this, status, body = std::move(body)](const SeenRequest&, Conversation& conversation) {
    conversation.answer(status, body, fmt::format("Api-Version: {}\r\n", api_version()));
  });
}

void FakeEngineServer::on(const std::string& route, Script script) {
  plan_.lock()->scripts[route] = std::move(script);
}

void FakeEngineServer::set_api_version(std::string version) {
  plan_.lock()->api_version = std::move(version);
}

std::string FakeEngineServer::api_version() {
  return plan_.lock()->api_version;
}

std::vector<std::string> FakeEngineServer::lines() {
  std::vector<std::string> lines;
  for (const auto& request : server_.requests()) {
    if (request.target != "/_ping") {
      lines.push_back(request.line());
    }
  }
  return lines;
}

SeenRequest FakeEngineServer::last() {
  return server_.requests().back();
}

std::string recorded_answer(const std::string& name) {
  const std::ifstream file(std::string(DOCKER_ANSWERS) + "/" + name);
  BASE_ASSERT(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string frame(int stream, std::string_view payload) {
  std::string text(8, '\0');
  text[0] = static_cast<char>(stream);
  const auto size = payload.size();
  for (std::size_t i = 0; i < 4; ++i) {
    text[4 + i] = static_cast<char>(size >> (24 - 8 * i) & 0xffU);
  }
  return text + std::string(payload);
}

}  // namespace tests
