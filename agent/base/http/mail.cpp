#include "agent/base/http/mail.hpp"

#include "agent/base/http/curl_session.hpp"

#include <fmt/format.h>

namespace base::http {
namespace {

Status check_address(const std::string& text) {
  const bool plain = text.find_first_of(std::string_view(" /?#@\r\n\0", 8)) == std::string::npos;
  if (text.empty() || !plain || text.find(':') == std::string::npos) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("'{}' is no host and port", text),
                 "Give them as host:port."};
  }
  return ok();
}

Error error_of(const CurlSession& session, CURLcode code, const std::string& address) {
  switch (static_cast<int>(code)) {
    case CURLE_LOGIN_DENIED:
      return {ErrorCode::unauthorized,
              fmt::format("{} does not accept this user and password", address)};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::timed_out, fmt::format("{} did not answer in time", address)};
    case CURLE_ABORTED_BY_CALLBACK:
      return {ErrorCode::cancelled, fmt::format("{}: cancelled", address)};
    default:
      return {ErrorCode::unavailable, fmt::format("{}: {}", address, session.problem(code))};
  }
}

}  // namespace

Status sign_in_to_mail(const MailLogin& login, const SessionLimits& limits) {
  BASE_TRY(check_address(login.address));
  CurlSession session(limits);
  CURL* easy = session.handle();
  const auto url = fmt::format("{}://{}", login.tls ? "smtps" : "smtp", login.address);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
  curl_easy_setopt(easy, CURLOPT_USERNAME, login.user.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, login.password.reveal().c_str());
  const auto method = "AUTH=" + login.method;
  curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, method.c_str());
  // Without a command curl would ask for help, which some servers refuse.
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
  const auto code = session.run();
  return code == CURLE_OK ? ok() : Status(error_of(session, code, login.address));
}

Status try_connection(const std::string& address, const SessionLimits& limits) {
  BASE_TRY(check_address(address));
  CurlSession session(limits);
  // Of a protocol in which the client speaks first, so that nothing is waited for.
  curl_easy_setopt(session.handle(), CURLOPT_URL, ("http://" + address).c_str());
  curl_easy_setopt(session.handle(), CURLOPT_CONNECT_ONLY, 1L);
  const auto code = session.run();
  return code == CURLE_OK ? ok() : Status(error_of(session, code, address));
}

}  // namespace base::http
