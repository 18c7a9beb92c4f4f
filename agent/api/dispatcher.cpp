#include "agent/api/dispatcher.hpp"

#include "agent/base/http/url.hpp"
#include "agent/base/log/log.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace agent::api {
namespace {

namespace http = base::http;
using base::Error;
using base::ErrorCode;

// The path alone: a query may hold what somebody searched for. Reading is the console's pulse and
// would bury the rest.
void write_access_log(const http::LocalRequest& request,
                      const std::string& who,
                      int status,
                      std::chrono::milliseconds duration) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const base::log::Fields fields = {{"method", request.method},
                                    {"path", request.url.path},
                                    {"status", status},
                                    {"uid", request.peer.uid},
                                    {"user", who},
                                    {"milliseconds", duration.count()}};
  if (reads && status < 400) {
    base::log::debug("request", fields);
  } else {
    base::log::info("request", fields);
  }
}

}  // namespace

http::LocalResponse answer_of(const Error& error) {
  auto response = http::local_error_response(error);
  if (error.code == ErrorCode::unavailable) {
    response.headers.set("Retry-After", "2");
  }
  return response;
}

Dispatcher::Dispatcher(std::vector<Route> routes,
                       std::optional<uid_t> console_uid,
                       access::AccessStore& access,
                       const base::Clock& clock)
    : routes_(std::move(routes)), console_uid_(console_uid), access_(access), clock_(clock) {
  for (const auto& route : routes_) {
    table_.add(route.method(), route.pattern());
  }
}

http::LocalResponse Dispatcher::handle(const http::LocalRequest& request, http::RequestBody& body) {
  const auto began = clock_.monotonic_time();
  std::string who;
  http::LocalResponse response;
  try {
    auto result = dispatch(request, body, who);
    if (!result) {
      if (result.error().code == ErrorCode::internal) {
        base::log::error("a request failed", result.error(), {{"path", request.url.path}});
      }
      response = answer_of(result.error());
    } else {
      response = *std::move(result);
    }
  } catch (const std::exception& exception) {  // Memory, or a library's surprise.
    base::log::error("a request failed",
                     {{"path", request.url.path}, {"message", exception.what()}});
    response = answer_of(
        {ErrorCode::internal, "the agent could not carry this out", "See the agent's log."});
  }
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  write_access_log(
      request,
      who,
      response.status,
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic_time() - began));
  return response;
}

base::Result<http::LocalResponse> Dispatcher::dispatch(const http::LocalRequest& request,
                                                       http::RequestBody& body,
                                                       std::string& who) {
  BASE_TRY_ASSIGN(const auto caller, identify(request, console_uid_, access_));
  who = caller.name();
  // What there is and what there is not is no stranger's business.
  if (caller.kind == CallerKind::stranger) {
    BASE_TRY(check(caller, access::Permission::open, request));
  }
  BASE_TRY_ASSIGN(const auto segments, http::split_path(request.url.raw_path));
  const auto match = table_.find(request.method, segments);
  if (match.outcome == http::RouteTable::Outcome::not_found) {
    return Error{ErrorCode::not_found, fmt::format("no such route: {:.200}", request.url.path)};
  }
  if (match.outcome == http::RouteTable::Outcome::method_not_allowed) {
    auto response = answer_of({ErrorCode::invalid_input,
                               fmt::format("{:.20} is not possible here", request.method),
                               fmt::format("Use {}.", match.allow),
                               "method_not_allowed"});
    response.status = 405;
    response.headers.set("Allow", match.allow);
    return response;
  }
  const auto& route = routes_[match.route];
  BASE_TRY(check(caller, route.permission(), request));
  return route.handler()(
      Incoming{.request = request, .body = body, .parameters = match.parameters, .caller = caller});
}

}  // namespace agent::api
