#include "agent/docker/http_engine.hpp"

#include "agent/docker/decode.hpp"
#include "agent/docker/encode.hpp"
#include "agent/docker/json_splitter.hpp"

#include <fmt/format.h>

namespace agent::docker {

std::unique_ptr<Engine> make_engine(EngineOptions options) {
  return std::make_unique<HttpEngine>(std::move(options));
}

HttpEngine::HttpEngine(EngineOptions options) : transport_(std::move(options)) {}

base::Result<EngineVersion> HttpEngine::ping(const Call& call) {
  return transport_.negotiate(call);
}

base::Result<EngineInfo> HttpEngine::info(const Call& call) {
  BASE_TRY_ASSIGN(const auto body, ask("GET", "/info", call));
  return decode_info(body);
}

base::Result<std::string> HttpEngine::ask(std::string method, std::string path, const Call& call) {
  Outgoing outgoing;
  outgoing.method = std::move(method);
  outgoing.path = std::move(path);
  BASE_TRY_ASSIGN(auto response, transport_.exchange(outgoing, call));
  return std::move(response.body);
}

base::Status HttpEngine::act(std::string method,
                             std::string path,
                             std::string body,
                             const Call& call) {
  Outgoing outgoing;
  outgoing.method = std::move(method);
  outgoing.path = std::move(path);
  outgoing.body = std::move(body);
  BASE_TRY(transport_.exchange(outgoing, call));
  return base::ok();
}

base::Status HttpEngine::stream_events(const EventQuery& query,
                                       const std::function<bool()>& on_open,
                                       const std::function<bool(const Event&)>& on_event,
                                       const Call& call) {
  std::string since;
  if (query.since_nanoseconds) {
    constexpr std::int64_t k_second = 1'000'000'000;
    since = fmt::format(
        "{}.{:09}", *query.since_nanoseconds / k_second, *query.since_nanoseconds % k_second);
  }
  const auto filters = encode_filters({{"type", query.types}, {"label", query.labels}});
  JsonSplitter splitter;
  base::Status failure = base::ok();
  bool ended_by_caller = false;

  Outgoing outgoing;
  outgoing.path = "/events" + query_of({{"since", since}, {"filters", filters}});
  outgoing.pace = Pace::endless;
  outgoing.on_open = [&] {
    ended_by_caller = !on_open();
    return !ended_by_caller;
  };
  outgoing.on_data = [&](std::string_view bytes) {
    const auto more = splitter.feed(bytes, [&](std::string_view object) {
      const auto event = decode_event(object);
      if (!event) {
        failure = event.error();
        return false;
      }
      ended_by_caller = !on_event(*event);
      return !ended_by_caller;
    });
    if (!more) {
      failure = more.error();
    }
    return more && *more;
  };
  BASE_TRY(transport_.exchange(outgoing, call));
  BASE_TRY(std::move(failure));
  if (ended_by_caller) {
    return base::ok();
  }
  return base::Error{base::ErrorCode::unavailable, "the engine ended its event stream"};
}

}  // namespace agent::docker
