#pragma once
// The agent's API over its socket.

#include "agent/base/core/result.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/http/client.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace installer::cli {

using base::data::Json;

// Called with every line of a stream; false ends it well.
using OnLine = std::function<bool(std::string_view line)>;

// Safe from any thread. Errors of every call: what the agent answered, with its code, reason and
// hint; unavailable with reason "no_agent" when nobody answers.
class AgentClient {
 public:
  explicit AgentClient(std::string socket);

  base::Result<Json> get(const std::string& path);
  base::Result<Json> post(const std::string& path, const Json& body);
  base::Result<Json> put(const std::string& path, const Json& body);
  base::Status remove(const std::string& path);

  // Blocks until the stream ends, `on_line` says so, or `stop` is asked.
  base::Status stream(const std::string& path,
                      const OnLine& on_line,
                      const std::stop_token& stop = {});
  // The same for a request with a body.
  base::Status stream_post(const std::string& path, const Json& body, const OnLine& on_line);
  // Sends a body and reads the lines of the answer.
  base::Status upload(const std::string& path,
                      const base::http::BodySource& body,
                      std::optional<std::uint64_t> size,
                      const OnLine& on_line);

 private:
  base::Result<base::http::ClientResponse> send(const base::http::ClientRequest& request);
  base::Result<Json> with_body(const std::string& method,
                               const std::string& path,
                               const Json& body);
  base::Result<Json> answer(const base::http::ClientRequest& request);
  base::http::ClientRequest request(const std::string& method, const std::string& path) const;

  std::string socket_;
  base::http::Client client_;
};

// The error in an answer's body, or one made of the status when there is none.
base::Error error_of(int status, std::string_view body);
base::Error error_of(const Json& error);

}  // namespace installer::cli
