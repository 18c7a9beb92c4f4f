#include "installer/cli/agent_client.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace installer::cli {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::ClientRequest;
using base::http::ClientResponse;

// Making a plan asks the engine many things, and a busy one is slow.
constexpr std::chrono::seconds k_answer{120};

constexpr std::array k_codes{ErrorCode::invalid_input,
                             ErrorCode::unauthorized,
                             ErrorCode::forbidden,
                             ErrorCode::not_found,
                             ErrorCode::conflict,
                             ErrorCode::too_large,
                             ErrorCode::unavailable,
                             ErrorCode::timed_out,
                             ErrorCode::cancelled,
                             ErrorCode::io,
                             ErrorCode::internal};

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// Pieces of a stream to lines.
class LineReader {
 public:
  explicit LineReader(const OnLine& on_line) : on_line_(on_line) {}

  bool take(std::string_view piece) {
    rest_ += piece;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      if (!on_line_(std::string_view(rest_).substr(begin, end - begin))) {
        return false;
      }
      begin = end + 1;
    }
    rest_.erase(0, begin);
    return true;
  }

 private:
  const OnLine& on_line_;
  std::string rest_;
};

}  // namespace

Error error_of(const Json& error) {
  Error made{ErrorCode::internal,
             text_at(error, "message"),
             text_at(error, "hint"),
             text_at(error, "reason")};
  const auto code = text_at(error, "code");
  for (const auto each : k_codes) {
    if (code == base::name_of(each)) {
      made.code = each;
    }
  }
  return made;
}

Error error_of(int status, std::string_view body) {
  const auto json = base::data::parse_json(body);
  if (json && json->is_object() && json->contains("error") && (*json)["error"].is_object()) {
    return error_of((*json)["error"]);
  }
  return Error{ErrorCode::internal, fmt::format("the agent answered {} and no reason", status)};
}

AgentClient::AgentClient(std::string socket) : socket_(std::move(socket)) {}

ClientRequest AgentClient::request(const std::string& method, const std::string& path) const {
  return {.method = method,
          .url = "http://slipway" + path,
          .unix_socket = socket_,
          .headers = {{"Accept", "application/json"}},
          .deadline = k_answer};
}

base::Result<ClientResponse> AgentClient::send(const ClientRequest& request) {
  auto response = client_.send(request);
  if (!response) {
    auto error = std::move(response).error();
    if (error.code == ErrorCode::unavailable) {
      return Error{ErrorCode::unavailable,
                   fmt::format("the agent does not answer on {}", socket_),
                   "Is slipwayd running? Are you root? The log is in /var/log/slipway, or: "
                   "journalctl -u slipwayd",
                   "no_agent"};
    }
    return error;
  }
  if (response->status >= 300) {
    return error_of(response->status, response->body);
  }
  return response;
}

base::Result<Json> AgentClient::answer(const ClientRequest& request) {
  BASE_TRY_ASSIGN(const auto response, send(request));
  if (response.body.empty()) {
    return Json(nullptr);
  }
  auto json = base::data::parse_json(response.body, {.max_bytes = std::size_t{64} << 20U});
  if (!json) {
    return Error{ErrorCode::internal, "the agent's answer is not JSON: " + json.error().message};
  }
  return json;
}

base::Result<Json> AgentClient::get(const std::string& path) {
  return answer(request("GET", path));
}

base::Result<Json> AgentClient::with_body(const std::string& method,
                                          const std::string& path,
                                          const Json& body) {
  auto sent = request(method, path);
  sent.headers.emplace_back("Content-Type", "application/json");
  sent.body = base::data::canonical(body);
  return answer(sent);
}

base::Result<Json> AgentClient::post(const std::string& path, const Json& body) {
  return with_body("POST", path, body);
}

base::Result<Json> AgentClient::put(const std::string& path, const Json& body) {
  return with_body("PUT", path, body);
}

base::Status AgentClient::remove(const std::string& path) {
  BASE_TRY(send(request("DELETE", path)));
  return base::ok();
}

base::Status AgentClient::stream(const std::string& path,
                                 const OnLine& on_line,
                                 const std::stop_token& stop) {
  LineReader lines(on_line);
  auto get = request("GET", path);
  get.deadline = std::chrono::milliseconds(0);
  get.stop = stop;
  get.on_data = [&](std::string_view piece) { return lines.take(piece); };
  BASE_TRY(send(get));
  return base::ok();
}

base::Status AgentClient::stream_post(const std::string& path,
                                      const Json& body,
                                      const OnLine& on_line) {
  LineReader lines(on_line);
  auto post = request("POST", path);
  post.headers.emplace_back("Content-Type", "application/json");
  post.body = base::data::canonical(body);
  post.deadline = std::chrono::milliseconds(0);
  post.on_data = [&](std::string_view piece) { return lines.take(piece); };
  BASE_TRY(send(post));
  return base::ok();
}

base::Status AgentClient::upload(const std::string& path,
                                 const base::http::BodySource& body,
                                 std::optional<std::uint64_t> size,
                                 const OnLine& on_line) {
  LineReader lines(on_line);
  auto post = request("POST", path);
  post.headers.emplace_back("Content-Type", "application/x-tar");
  post.deadline = std::chrono::milliseconds(0);
  post.body_source = body;
  post.body_size = size;
  post.on_data = [&](std::string_view piece) { return lines.take(piece); };
  BASE_TRY(send(post));
  return base::ok();
}

}  // namespace installer::cli
