#pragma once
// Requests to one engine: the version in the path, deadlines, refusals as Errors.

#include "agent/base/core/guarded.hpp"
#include "agent/base/core/result.hpp"
#include "agent/base/http/client.hpp"
#include "agent/docker/call.hpp"
#include "agent/docker/engine.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::docker {

// What Call::deadline limits.
enum class Pace { whole, silence, endless };

struct Outgoing {
  std::string method = "GET";
  std::string path;  // After the version: "/containers/json?all=1".
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON when not empty.
  base::http::BodySource source;
  Pace pace = Pace::whole;
  std::function<bool()> on_open;
  std::function<bool(std::string_view)> on_data;
};

// "?a=1&b=x%2Fy". Empty values are left out.
std::string query_of(const std::vector<std::pair<std::string_view, std::string>>& fields);

// `name` as a path segment. A name with a slash or dots would address another route, and none that
// the engine accepts has them. Error: invalid_input.
base::Result<std::string> segment_of(std::string_view name);
// The same for an image reference, which may have slashes.
base::Result<std::string> reference_segment_of(std::string_view reference);

// Safe from any thread.
class Transport {
 public:
  explicit Transport(EngineOptions options);

  [[nodiscard]] const EngineOptions& options() const { return options_; }

  // 2xx and 304 are results, everything else an Error with the engine's words.
  base::Result<base::http::ClientResponse> exchange(const Outgoing& outgoing, const Call& call);

  // The negotiated version, asking the engine when it is not known.
  base::Result<ApiVersion> version(const Call& call);
  base::Result<EngineVersion> negotiate(const Call& call);

 private:
  base::Result<base::http::ClientResponse> attempt(const Outgoing& outgoing,
                                                   ApiVersion version,
                                                   const Call& call);
  void forget_version();
  bool is_other_engine(const base::http::ClientHead& head);

  EngineOptions options_;
  base::http::Client client_;
  base::Guarded<std::optional<EngineVersion>> version_;
};

}  // namespace agent::docker
