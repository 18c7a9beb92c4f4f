#include "registry/api/answers.hpp"

#include "registry/access/accounts.hpp"
#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Response;

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

}  // namespace

int status_of(const Error& error) {
  return error.reason == access::k_too_many_attempts ? 429 : base::http::status_of(error.code);
}

Response json_answer(int status, std::string body) {
  return Response{
      .status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
}

Response error_answer(const Error& error) {
  // What broke inside is in the log; strangers learn that it did.
  const bool internal = error.code == ErrorCode::internal || error.code == ErrorCode::io;
  std::string message = internal && error.reason != "disk_full"
                            ? "the registry could not do this; its log says why"
                            : error.message;
  if (!internal && !error.hint.empty()) {
    message += ". " + error.hint;
  }
  auto answer = json_answer(status_of(error), error_body(message, client_code(error)));
  if (answer.status == 429) {
    answer.headers.add("retry-after", std::to_string(access::k_attempt_pause.count()));
  } else if (error.code == ErrorCode::unavailable) {
    answer.headers.add("retry-after", "5");
  }
  return answer;
}

Response error_answer(int status, std::string_view message) {
  return json_answer(status, error_body(message, ""));
}

}  // namespace registry::api
