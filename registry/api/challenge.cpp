#include "registry/api/challenge.hpp"

#include "agent/base/crypto/random.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/core/json_slices.hpp"

#include <string>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

constexpr std::chrono::minutes k_lifetime{10};
constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t k_name_length = 40;
constexpr std::size_t k_max_program = 200;

std::int64_t milliseconds(base::WallTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

base::Result<WebAddresses> begin_web_request(const Services& services,
                                             const Call& call,
                                             const std::string& subject) {
  if (call.address.empty()) {
    return Error{ErrorCode::invalid_input, "the request names no host for the page's address"};
  }
  const auto page = base::crypto::random_text(k_letters, k_name_length);
  const auto poll = base::crypto::random_text(k_letters, k_name_length);
  const auto now = services.clock.wall_time();
  const std::string program(call.request().headers.get("user-agent").value_or(""));
  BASE_TRY(
      services.web_requests.add(page,
                                poll,
                                {.user = {},
                                 .client = call.client,
                                 .program = core::storable_text(program.substr(0, k_max_program)),
                                 .subject = subject},
                                milliseconds(now),
                                milliseconds(now + k_lifetime)));
  return WebAddresses{
      .page = call.address + (subject.empty() ? "/-/web/login/" : "/-/web/otp/") + page,
      .done = call.address + "/-/v1/done?authId=" + poll};
}

Response challenge(const Services& services,
                   const Call& call,
                   const std::string& user,
                   const Error& error) {
  auto answer = failure_answer(call.request(), error);
  if (error.reason != access::k_one_time_password) {
    return answer;
  }
  if (call.request().headers.get("npm-auth-type") == "web") {
    if (const auto web = begin_web_request(services, call, user)) {
      answer = value_answer(401,
                            json{{"error", error.message},
                                 {"message", error.message},
                                 {"authUrl", web->page},
                                 {"doneUrl", web->done}});
    }
  }
  answer.headers.add("www-authenticate", "OTP");
  answer.headers.add("cache-control", "no-store");
  return answer;
}

}  // namespace registry::api
