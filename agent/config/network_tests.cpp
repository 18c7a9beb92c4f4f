// Built-in tests that talk to somebody: mail, GitHub.
#include "agent/base/data/json.hpp"
#include "agent/base/http/client.hpp"
#include "agent/config/builtin_tests.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Status;

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  return text;
}

std::string text_at(const base::data::Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

// Nothing is sent: who can sign in can send, as far as anybody can tell beforehand.
Status test_mail(const TestCall& call) {
  const auto address = call.argument(0);
  const auto method = upper_case(call.argument(2));
  if (method.empty() || method == "NONE") {
    return call.world.dial(address, call.limits);
  }
  if (method != "PLAIN" && method != "LOGIN" && method != "CRAM-MD5") {
    return wrong(fmt::format("there is no authentication {}", call.argument(2)),
                 "Choose Plain, Login, CRAM-MD5 or None.");
  }
  auto status = call.world.sign_in_to_mail({.address = address,
                                            .tls = is_on(call.argument(1)),
                                            .method = method,
                                            .user = call.argument(3),
                                            .password = base::Secret(call.argument(4))},
                                           call.limits);
  if (status) {
    return status;
  }
  auto error = std::move(status).error();
  error.hint = error.code == ErrorCode::unauthorized
                   ? "Check user and password, and that the server offers this authentication."
                   : "Check host, port and whether the server expects TLS.";
  return error;
}

// A code that nobody was given is exchanged for a token: GitHub looks at the application's id and
// secret first and says which of the three is wrong.
Status test_github(const TestCall& call) {
  const bool enterprise = call.argument(0) == "github_type_enterprise";
  const bool plain = call.argument(2) == "github_enterprise_protocol_http";
  const auto site = enterprise ? fmt::format("{}://{}", plain ? "http" : "https", call.argument(1))
                               : std::string("https://github.com");
  const auto body = fmt::format("client_id={}&client_secret={}&code=none",
                                base::http::percent_encoded(call.argument(3)),
                                base::http::percent_encoded(call.argument(4)));
  BASE_TRY_ASSIGN(
      const auto reply,
      call.world.http({.method = "POST",
                       .url = site + "/login/oauth/access_token",
                       .headers = {{"Accept", "application/json"},
                                   {"Content-Type", "application/x-www-form-urlencoded"}},
                       .body = body},
                      call.limits));
  if (reply.status == 404) {
    return wrong(fmt::format("{} knows no application with this client id", site),
                 "Copy the id from the application's page on GitHub.");
  }
  const auto json = base::data::parse_json(reply.body);
  if (reply.status != 200 || !json || !json->is_object()) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{} answers {} in a way that GitHub does not", site, reply.status),
                 "Check host and protocol."};
  }
  const auto verdict = text_at(*json, "error");
  if (verdict == "bad_verification_code") {
    return base::ok();
  }
  return wrong(verdict == "incorrect_client_credentials"
                   ? fmt::format("{} does not accept this client id with this secret", site)
                   : fmt::format("{} says: {:.200}", site, verdict),
               "Copy both from the application's page on GitHub.");
}

}  // namespace agent::config
