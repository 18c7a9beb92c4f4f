#include "agent/api/bodies.hpp"
#include "agent/api/dispatcher.hpp"
#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"
#include "agent/base/data/json_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace agent::api {
namespace {

using access::Permission;
using base::http::LocalResponse;

LocalResponse refuse_attempt(const base::Error& error, std::chrono::milliseconds wait) {
  auto response = answer_of(error);
  response.status = 429;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  response.headers.set("Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1)));
  return response;
}

base::Result<LocalResponse> sign_in(access::AccessStore& access, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto json, read_json(incoming.body, k_small_body));
  base::data::JsonReader reader(json, "$");
  reader.allow_only({"code"});
  const base::Secret code(reader.string("code"));
  BASE_TRY(reader.finish());
  const auto address = incoming.caller.kind == CallerKind::local
                           ? std::nullopt
                           : std::optional(incoming.caller.address);
  const auto made = access.sign_in(code, address);
  if (!made && address && made.error().reason == "too_many_attempts") {
    return refuse_attempt(made.error(), access.sign_in_wait(*address));
  }
  if (!made) {
    return made.error();
  }
  auto response = json_answer(to_json(made->session));
  // No Max-Age: a browser that is closed forgets it, and the agent's own limits hold anyway.
  response.headers.add(
      "Set-Cookie",
      fmt::format(
          "{}={}; Path=/; Secure; HttpOnly; SameSite=Strict", k_cookie, made->token.reveal()));
  return response;
}

LocalResponse who_am_i(const Incoming& incoming) {
  if (incoming.caller.session) {
    return json_answer(to_json(*incoming.caller.session));
  }
  return json_answer({{"user", incoming.caller.name()},
                      {"role", "local"},
                      {"created_at", nullptr},
                      {"expires_at", nullptr},
                      {"idle_expires_at", nullptr}});
}

base::Result<LocalResponse> sign_out(access::AccessStore& access, const Incoming& incoming) {
  if (!incoming.caller.token.empty()) {
    BASE_TRY(access.sign_out(incoming.caller.token, incoming.caller.address));
  }
  auto response = empty_answer();
  response.headers.add(
      "Set-Cookie",
      fmt::format("{}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0", k_cookie));
  return response;
}

base::Result<LocalResponse> make_login_code(access::AccessStore& access, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto made, access.create_login_code(incoming.caller.name()));
  return json_answer(
      {{"code", made.code.reveal()}, {"expires_at", base::format_time(made.expires)}});
}

}  // namespace

std::vector<Route> session_routes(const Services& services) {
  auto& access = services.access;
  return {
      {"POST",
       "/api/v1/session",
       Permission::open,
       [&access](const Incoming& incoming) { return sign_in(access, incoming); }},
      {"GET",
       "/api/v1/session",
       Permission::view,
       [](const Incoming& incoming) { return who_am_i(incoming); }},
      {"DELETE",
       "/api/v1/session",
       Permission::view,
       [&access](const Incoming& incoming) { return sign_out(access, incoming); }},
      {"POST",
       "/api/v1/login-code",
       Permission::local,
       [&access](const Incoming& incoming) { return make_login_code(access, incoming); }},
  };
}

}  // namespace agent::api
