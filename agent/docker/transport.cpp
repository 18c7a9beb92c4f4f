#include "agent/docker/transport.hpp"

#include "agent/docker/decode.hpp"
#include "agent/docker/failures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::docker {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::ClientHead;
using base::http::ClientRequest;
using base::http::ClientResponse;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

void set_pace(ClientRequest& request, Pace pace, const Call& call) {
  request.deadline = std::chrono::milliseconds(0);
  switch (pace) {
    case Pace::whole:
      request.deadline = call.deadline;
      break;
    case Pace::silence:
      request.idle_deadline = call.deadline;
      break;
    case Pace::endless:
      break;
  }
}

}  // namespace

std::string query_of(const std::vector<std::pair<std::string_view, std::string>>& fields) {
  std::string query;
  for (const auto& [name, value] : fields) {
    if (!value.empty()) {
      query += fmt::format(
          "{}{}={}", query.empty() ? '?' : '&', name, base::http::percent_encoded(value));
    }
  }
  return query;
}

base::Result<std::string> segment_of(std::string_view name) {
  if (name.empty() || name.front() == '.' || !std::all_of(name.begin(), name.end(), is_plain)) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{:?} is no name that the engine knows", name.substr(0, 128))};
  }
  return std::string(name);
}

base::Result<std::string> reference_segment_of(std::string_view reference) {
  const auto allowed = [](char c) { return is_plain(c) || c == '/' || c == ':' || c == '@'; };
  if (reference.empty() || reference.front() == '/' || reference.front() == '.' ||
      reference.find("..") != std::string_view::npos ||
      reference.find("//") != std::string_view::npos ||
      reference.find("/./") != std::string_view::npos ||
      !std::all_of(reference.begin(), reference.end(), allowed)) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{:?} is no image reference", reference.substr(0, 256))};
  }
  return std::string(reference);
}

Transport::Transport(EngineOptions options) : options_(std::move(options)) {}

base::Result<EngineVersion> Transport::negotiate(const Call& call) {
  forget_version();
  ClientRequest request;
  request.url = "http://docker/_ping";
  request.unix_socket = options_.socket;
  request.deadline = call.deadline;
  request.stop = call.stop;
  request.max_body = 64U << 10U;
  BASE_TRY_ASSIGN(const auto response, client_.send(request));
  if (response.status != 200) {
    return failure_of(response.status, decode_message(response.body));
  }
  const auto newest = parse_api_version(response.header("Api-Version").value_or(""));
  if (!newest) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{} does not answer as a Docker engine does", options_.socket)};
  }
  if (*newest < k_oldest_api) {
    return Error{ErrorCode::unavailable,
                 fmt::format("the engine speaks API {}, and Slipway needs at least {}",
                             to_string(*newest),
                             to_string(k_oldest_api)),
                 "Upgrade the Docker engine.",
                 "engine_too_old"};
  }
  const EngineVersion version{.newest = *newest, .negotiated = std::min(*newest, k_newest_api)};
  *version_.lock() = version;
  return version;
}

base::Result<ApiVersion> Transport::version(const Call& call) {
  if (const auto known = *version_.lock()) {
    return known->negotiated;
  }
  BASE_TRY_ASSIGN(const auto negotiated, negotiate(call));
  return negotiated.negotiated;
}

void Transport::forget_version() {
  version_.lock()->reset();
}

// Every answer names the engine's newest version. A connection that was silently made anew may
// lead to an engine that was upgraded, or downgraded, in between.
bool Transport::is_other_engine(const ClientHead& head) {
  const auto said = parse_api_version(head.header("Api-Version").value_or(""));
  auto known = version_.lock();
  if (!said || !known->has_value() || (*known)->newest == *said) {
    return false;
  }
  known->reset();
  return true;
}

base::Result<ClientResponse> Transport::attempt(const Outgoing& outgoing,
                                                ApiVersion version,
                                                const Call& call) {
  ClientRequest request;
  request.method = outgoing.method;
  request.url = fmt::format("http://docker/v{}{}", to_string(version), outgoing.path);
  request.unix_socket = options_.socket;
  request.headers = outgoing.headers;
  request.body = outgoing.body;
  request.body_source = outgoing.source;
  if (!outgoing.body.empty()) {
    request.headers.emplace_back("Content-Type", "application/json");
  }
  request.stop = call.stop;
  request.max_body = options_.max_answer;
  request.on_data = outgoing.on_data;
  if (outgoing.on_open) {
    request.on_head = [&](const ClientHead& head) {
      return head.status >= 300 || outgoing.on_open();
    };
  }
  set_pace(request, outgoing.pace, call);
  return client_.send(request);
}

base::Result<ClientResponse> Transport::exchange(const Outgoing& outgoing, const Call& call) {
  BASE_TRY_ASSIGN(auto spoken, version(call));
  auto response = attempt(outgoing, spoken, call);
  // 400 with another version than before means that nothing was done: the path was refused. A body
  // that comes from a source is gone, so its owner has to call again.
  if (response && is_other_engine(*response) && response->status == 400 && !outgoing.source) {
    BASE_TRY_ASSIGN(spoken, version(call));
    response = attempt(outgoing, spoken, call);
  }
  if (!response) {
    if (response.error().code == ErrorCode::unavailable || response.error().code == ErrorCode::io) {
      forget_version();
    }
    return response;
  }
  if (response->status >= 300 && response->status != 304) {
    return failure_of(response->status, decode_message(response->body));
  }
  return response;
}

}  // namespace agent::docker
