// `npm login` in a browser: the client shows an address, a person signs in there, and the client,
// which polls meanwhile, gets a token.

#include "agent/base/core/guarded.hpp"
#include "agent/base/core/network.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/base/http/url.hpp"
#include "registry/access/attempt_limit.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"
#include "registry/api/web_page.hpp"
#include "registry/core/json_slices.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::http::Response;
using nlohmann::json;

constexpr std::chrono::minutes k_lifetime{10};
constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t k_name_length = 40;
// Strangers may start one, so that there must not be many of one client.
constexpr int k_started_at_once = 20;
constexpr std::chrono::seconds k_started_each{5};
constexpr std::size_t k_max_clients = 10'000;

std::int64_t milliseconds(base::WallTime time) {
  return time.time_since_epoch().count();
}

using StartLimit = base::Guarded<access::AttemptLimit>;

base::Result<Response> start(const Services& services, StartLimit& limit, const Call& call) {
  if (call.address.empty()) {
    return Error{ErrorCode::invalid_input, "the request names no host for the page's address"};
  }
  if (!limit.lock()->take(base::network_of(call.client), services.clock.monotonic_time())) {
    return Error{ErrorCode::unavailable,
                 "too many logins were begun from this address",
                 "Wait half a minute.",
                 std::string(access::k_too_many_attempts)};
  }
  const auto page = base::crypto::random_text(k_letters, k_name_length);
  const auto poll = base::crypto::random_text(k_letters, k_name_length);
  const auto now = services.clock.wall_time();
  const std::string program(call.request().headers.get("user-agent").value_or(""));
  BASE_TRY(services.web_requests.add(
      page,
      poll,
      {.user = {}, .client = call.client, .program = core::storable_text(program.substr(0, 200))},
      milliseconds(now),
      milliseconds(now + k_lifetime)));
  auto answer = value_answer(200,
                             json{{"loginUrl", call.address + "/-/web/login/" + page},
                                  {"doneUrl", call.address + "/-/v1/done?authId=" + poll}});
  answer.headers.add("cache-control", "no-store");
  return answer;
}

base::Result<Response> poll(const Services& services, const Call& call) {
  const std::string id(call.request().url.parameter("authId").value_or(""));
  BASE_TRY_ASSIGN(const auto request,
                  services.web_requests.of_poll(id, milliseconds(services.clock.wall_time())));
  if (!request) {
    return Error{ErrorCode::not_found, "this login has expired", "Run `npm login` again."};
  }
  auto answer = json_answer(202, "{}");
  if (request->user.empty()) {
    answer.headers.add("retry-after", "1");
  } else {
    BASE_TRY_ASSIGN(const auto taken, services.web_requests.take(id));
    BASE_TRY_ASSIGN(const auto issued,
                    services.accounts.create_token(taken.user, {.label = "web login"}));
    answer = value_answer(200, json{{"token", issued.token}});
  }
  answer.headers.add("cache-control", "no-store");
  return answer;
}

Response form(int status,
              const store::WebRequest& request,
              const access::Policy& policy,
              std::string_view complaint) {
  std::string body = fmt::format(
      "<p>A client at <strong>{}</strong> ({}) asks to act in your name. Sign in only if you have "
      "just started it yourself.</p>\n",
      html_text(request.client),
      html_text(request.program));
  if (!complaint.empty()) {
    body += fmt::format("<p role=\"alert\"><strong>{}</strong></p>\n", html_text(complaint));
  }
  body +=
      "<form method=\"post\">\n"
      "<p><label>User name <input name=\"user\" autocomplete=\"username\" required "
      "autofocus></label>"
      "</p>\n"
      "<p><label>Password <input name=\"password\" type=\"password\" "
      "autocomplete=\"current-password\" required></label></p>\n";
  if (policy.registration) {
    body +=
        "<p><label>E-mail, for a new account <input name=\"email\" type=\"email\" "
        "autocomplete=\"email\"></label></p>\n"
        "<p><label><input name=\"create\" type=\"checkbox\"> Create this account</label></p>\n";
  }
  body += "<p><button>Sign in</button></p>\n</form>";
  return web_page(status, "Sign in to the registry", body);
}

Response expired() {
  return web_page(404, "This login has expired", "<p>Start it again in your client.</p>");
}

struct Fields {
  std::string user;
  base::Secret password;
  std::string email;
  bool create = false;
};

base::Result<Fields> fields_in(const std::string& body) {
  BASE_TRY_ASSIGN(auto pairs, base::http::parse_query(body));
  Fields fields;
  for (auto& [name, value] : pairs) {
    if (name == "user") {
      fields.user = std::move(value);
    } else if (name == "password") {
      fields.password = base::Secret(std::move(value));
    } else if (name == "email") {
      fields.email = std::move(value);
    } else if (name == "create") {
      fields.create = true;
    }
  }
  return fields;
}

base::Status sign_in(const Services& services, const Call& call, const Fields& fields) {
  if (fields.create && services.authority.policy().registration) {
    return services.accounts.add_user(fields.user, fields.password, fields.email);
  }
  return services.accounts.check_password(fields.user, fields.password, call.client);
}

base::Result<Response> answer_page(const Services& services, const Call& call) {
  const auto& page = call.parameters.at("id");
  const auto now = milliseconds(services.clock.wall_time());
  BASE_TRY_ASSIGN(const auto request, services.web_requests.of_page(page, now));
  if (!request || !request->user.empty()) {
    return expired();
  }
  BASE_TRY_ASSIGN(const auto fields, fields_in(call.body));
  if (const auto signed_in = sign_in(services, call, fields); !signed_in) {
    const auto& error = signed_in.error();
    if (status_of(error) >= 500) {
      return error;
    }
    return form(status_of(error), *request, services.authority.policy(), error.message);
  }
  if (const auto approved = services.web_requests.approve(page, fields.user, now); !approved) {
    return approved.error().code == ErrorCode::not_found ? base::Result<Response>(expired())
                                                         : approved.error();
  }
  return web_page(
      200, "You are signed in", "<p>Your client goes on by itself. You can close this page.</p>");
}

}  // namespace

void add_web_login_routes(RouteTables& tables, const Services& services) {
  const auto limit = std::make_shared<StartLimit>(
      access::AttemptLimit(k_started_at_once, k_started_each, k_max_clients));
  auto& own = tables.own;
  own.add("POST",
          "/-/v1/login",
          Permission::open,
          Action{.answer = [&services, limit](Call& call) { return start(services, *limit, call); },
                 .max_body = k_max_json_body});
  own.add("GET", "/-/v1/done", Permission::open, Action{.answer = [&services](Call& call) {
            return poll(services, call);
          }});
  own.add("GET",
          "/-/web/login/{id}",
          Permission::open,
          Action{.answer = [&services](Call& call) -> base::Result<Response> {
            BASE_TRY_ASSIGN(
                const auto request,
                services.web_requests.of_page(call.parameters.at("id"),
                                              milliseconds(services.clock.wall_time())));
            return !request || !request->user.empty()
                       ? expired()
                       : form(200, *request, services.authority.policy(), "");
          }});
  own.add("POST",
          "/-/web/login/{id}",
          Permission::open,
          Action{.answer = [&services](Call& call) { return answer_page(services, call); },
                 .max_body = k_max_json_body,
                 .hashes = true});
}

}  // namespace registry::api
