// `npm login` in a browser: the client shows an address, a person signs in there, and the client,
// which polls meanwhile, gets a token.

#include "agent/base/core/guarded.hpp"
#include "agent/base/core/network.hpp"
#include "agent/base/http/url.hpp"
#include "registry/access/attempt_limit.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/challenge.hpp"
#include "registry/api/json_body.hpp"
#include "registry/api/routes.hpp"
#include "registry/api/web_page.hpp"

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

// Strangers may start one, so that there must not be many of one client.
constexpr int k_started_at_once = 20;
constexpr std::chrono::seconds k_started_each{5};
constexpr std::size_t k_max_clients = 10'000;

std::int64_t milliseconds(base::WallTime time) {
  return time.time_since_epoch().count();
}

using StartLimit = base::Guarded<access::AttemptLimit>;

base::Result<Response> start(const Services& services, StartLimit& limit, const Call& call) {
  if (!limit.lock()->take(base::network_of(call.client), services.clock.monotonic_time())) {
    return Error{ErrorCode::unavailable,
                 "too many logins were begun from this address",
                 "Wait half a minute.",
                 std::string(access::k_too_many_attempts)};
  }
  BASE_TRY_ASSIGN(const auto begun, begin_web_request(services, call, ""));
  auto answer = value_answer(200, json{{"loginUrl", begun.page}, {"doneUrl", begun.done}});
  answer.headers.add("cache-control", "no-store");
  return answer;
}

// What the client asked for: a token to use from now on, or what stands for a one-time password.
base::Result<std::string> token_for(const Services& services, const store::WebRequest& request) {
  if (!request.subject.empty()) {
    return services.second_factors.proof_for(request.subject);
  }
  BASE_TRY_ASSIGN(const auto issued,
                  services.accounts.create_token(request.user, {.label = "web login"}));
  return issued.token;
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
    BASE_TRY_ASSIGN(const auto token, token_for(services, taken));
    answer = value_answer(200, json{{"token", token}});
  }
  answer.headers.add("cache-control", "no-store");
  return answer;
}

constexpr std::string_view k_code_field =
    "<p><label>{} <input name=\"otp\" inputmode=\"numeric\" autocomplete=\"one-time-code\"></label>"
    "</p>\n";

std::string sign_in_fields(const access::Policy& policy) {
  std::string fields =
      "<p><label>User name <input name=\"user\" autocomplete=\"username\" required "
      "autofocus></label>"
      "</p>\n"
      "<p><label>Password <input name=\"password\" type=\"password\" "
      "autocomplete=\"current-password\" required></label></p>\n";
  fields += fmt::format(k_code_field, "One-time password, if you use one");
  if (policy.registration) {
    fields +=
        "<p><label>E-mail, for a new account <input name=\"email\" type=\"email\" "
        "autocomplete=\"email\"></label></p>\n"
        "<p><label><input name=\"create\" type=\"checkbox\"> Create this account</label></p>\n";
  }
  return fields;
}

Response form(int status,
              const store::WebRequest& request,
              const access::Policy& policy,
              std::string_view complaint) {
  const bool login = request.subject.empty();
  std::string body = fmt::format(
      "<p>A client at <strong>{}</strong> ({}) asks to act {}. Go on only if you have just started "
      "it "
      "yourself.</p>\n",
      html_text(request.client),
      html_text(request.program),
      login ? "in your name" : "as " + html_text(request.subject));
  if (!complaint.empty()) {
    body += fmt::format("<p role=\"alert\"><strong>{}</strong></p>\n", html_text(complaint));
  }
  body +=
      fmt::format("<form method=\"post\">\n{}<p><button>{}</button></p>\n</form>",
                  login ? sign_in_fields(policy) : fmt::format(k_code_field, "One-time password"),
                  login ? "Sign in" : "Go on");
  return web_page(
      status, login ? "Sign in to the registry" : "Confirm with your second factor", body);
}

Response expired() {
  return web_page(404, "This login has expired", "<p>Start it again in your client.</p>");
}

base::Result<Response> show_page(const Services& services, const Call& call) {
  BASE_TRY_ASSIGN(const auto request,
                  services.web_requests.of_page(call.parameters.at("id"),
                                                milliseconds(services.clock.wall_time())));
  return !request || !request->user.empty() ? expired()
                                            : form(200, *request, services.authority.policy(), "");
}

struct Fields {
  std::string user;
  base::Secret password;
  std::string email;
  std::string code;
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
    } else if (name == "otp") {
      fields.code = std::move(value);
    } else if (name == "create") {
      fields.create = true;
    }
  }
  return fields;
}

// The user who has shown that he may answer the request.
base::Result<std::string> prove(const Services& services,
                                const Call& call,
                                const store::WebRequest& request,
                                const Fields& fields) {
  const auto& user = request.subject.empty() ? fields.user : request.subject;
  if (request.subject.empty()) {
    if (fields.create && services.authority.policy().registration) {
      BASE_TRY(services.accounts.add_user(user, fields.password, fields.email));
      return user;
    }
    BASE_TRY(services.accounts.check_password(user, fields.password, call.client));
  }
  BASE_TRY(services.second_factors.check(user, fields.code));
  return user;
}

base::Result<Response> answer_page(const Services& services, const Call& call) {
  const auto& page = call.parameters.at("id");
  const auto now = milliseconds(services.clock.wall_time());
  BASE_TRY_ASSIGN(const auto request, services.web_requests.of_page(page, now));
  if (!request || !request->user.empty()) {
    return expired();
  }
  BASE_TRY_ASSIGN(const auto fields, fields_in(call.body));
  const auto user = prove(services, call, *request, fields);
  if (!user) {
    const auto& error = user.error();
    if (status_of(error) >= 500) {
      return error;
    }
    return form(status_of(error), *request, services.authority.policy(), error.message);
  }
  if (const auto approved = services.web_requests.approve(page, *user, now); !approved) {
    return approved.error().code == ErrorCode::not_found ? base::Result<Response>(expired())
                                                         : approved.error();
  }
  return web_page(
      200, "That was all", "<p>Your client goes on by itself. You can close this page.</p>");
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
  for (const char* path : {"/-/web/login/{id}", "/-/web/otp/{id}"}) {
    own.add("GET", path, Permission::open, Action{.answer = [&services](Call& call) {
              return show_page(services, call);
            }});
    own.add("POST",
            path,
            Permission::open,
            Action{.answer = [&services](Call& call) { return answer_page(services, call); },
                   .max_body = k_max_json_body,
                   .hashes = true});
  }
}

}  // namespace registry::api
