#include "registry/api/answers.hpp"

#include "agent/base/log/log.hpp"
#include "registry/access/accounts.hpp"
#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Response;

constexpr std::string_view k_disk_full = "disk_full";

std::string error_body(std::string_view message, std::string_view code) {
  const auto text = core::quoted(message);
  return code.empty()
             ? fmt::format(R"({{"error":{},"message":{}}})", text, text)
             : fmt::format(
                   R"({{"error":{},"message":{},"code":{}}})", text, text, core::quoted(code));
}

// Release tools look for this code to learn that a version is out already.
std::string_view client_code(const Error& error) {
  return error.reason == "version_exists" ? "EPUBLISHCONFLICT" : std::string_view(error.reason);
}

// What broke inside has paths and addresses in it, which are for the log: strangers learn that it
// did, and what helps.
std::string message_for_clients(const Error& error) {
  if (error.reason == k_disk_full) {
    return "the registry's disk is full, and nothing was stored. Its operator has to free space on "
           "it or to enlarge it; packages can be read meanwhile";
  }
  if (error.code == ErrorCode::internal || error.code == ErrorCode::io) {
    return "the registry could not do this; its log says why";
  }
  if (error.code == ErrorCode::unavailable && error.reason.empty()) {
    return "the registry cannot do this at the moment; try again";
  }
  return error.hint.empty() ? error.message : error.message + ". " + error.hint;
}

}  // namespace

std::string path_for_log(std::string_view path) {
  for (const std::string_view before_secret : {"/token/", "/web/login/", "/web/otp/"}) {
    const auto found = path.find(before_secret);
    if (found != std::string_view::npos) {
      return std::string(path.substr(0, found + before_secret.size())) + "***";
    }
  }
  return std::string(path);
}

Error busy() {
  return {ErrorCode::unavailable, "the registry has more to do than it can", "Try again.", "busy"};
}

int status_of(const Error& error) {
  if (error.reason == access::k_too_many_attempts) {
    return 429;
  }
  return error.reason == k_disk_full ? 507 : base::http::status_of(error.code);
}

Response json_answer(int status, std::string body) {
  return Response{
      .status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
}

Response error_answer(const Error& error) {
  auto message = message_for_clients(error);
  auto answer = json_answer(status_of(error), error_body(message, client_code(error)));
  if (answer.status == 429) {
    answer.headers.add("retry-after", std::to_string(access::k_attempt_pause.count()));
  } else if (error.code == ErrorCode::unavailable) {
    answer.headers.add("retry-after", "5");
  }
  return answer;
}

Response failure_answer(const base::http::Request& request, const Error& error) {
  if (status_of(error) >= 500) {
    base::log::error("request failed",
                     error,
                     {{"method", request.method}, {"path", path_for_log(request.url.raw_path)}});
  }
  return error_answer(error);
}

Response error_answer(int status, std::string_view message) {
  return json_answer(status, error_body(message, ""));
}

}  // namespace registry::api
