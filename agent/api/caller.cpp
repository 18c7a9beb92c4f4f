#include "agent/api/caller.hpp"

#include <string_view>

namespace agent::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;

// The value of our cookie, in whichever Cookie field it is.
std::string cookie_of(const base::http::Headers& headers) {
  const auto wanted = std::string(k_cookie) + "=";
  for (const auto& [name, value] : headers) {
    if (!base::http::equal_ignoring_case(name, "Cookie")) {
      continue;
    }
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      auto pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
      if (pair.starts_with(wanted)) {
        return std::string(pair.substr(wanted.size()));
      }
    }
  }
  return {};
}

bool changes_something(const std::string& method) {
  return method != "GET" && method != "HEAD";
}

}  // namespace

std::string Caller::name() const {
  if (kind == CallerKind::local) {
    return "root";
  }
  return session ? session->user : std::string{};
}

bool Caller::may(Permission permission) const noexcept {
  switch (kind) {
    case CallerKind::local:
      return true;
    case CallerKind::console:
      return permission == Permission::open || (session && allows(session->role, permission));
    case CallerKind::stranger:
      return false;
  }
  return false;
}

base::Result<Caller> identify(const base::http::LocalRequest& request,
                              std::optional<uid_t> console_uid,
                              access::AccessStore& access) {
  Caller caller;
  const auto forwarded = request.headers.get(k_forwarded_for);
  const bool trusted = request.peer.uid == 0 || request.peer.uid == console_uid;
  if (!trusted) {
    return caller;
  }
  if (request.peer.uid == 0 && !forwarded) {
    caller.kind = CallerKind::local;
    return caller;
  }
  caller.kind = CallerKind::console;
  caller.address = std::string(forwarded.value_or(""));
  auto token = cookie_of(request.headers);
  if (token.empty()) {
    return caller;
  }
  auto session = access.session_of(base::Secret(token));
  if (session) {
    caller.session = *std::move(session);
    caller.token = base::Secret(std::move(token));
  } else if (session.error().code != ErrorCode::unauthorized) {
    return std::move(session).error();
  }
  return caller;
}

base::Status check(const Caller& caller,
                   Permission permission,
                   const base::http::LocalRequest& request) {
  if (caller.kind == CallerKind::stranger) {
    return Error{ErrorCode::forbidden,
                 "this user may not talk to the agent",
                 "Run the command as root, for instance with sudo.",
                 "peer_refused"};
  }
  // Before the session is looked at: what the answer to a forged request is must not depend on it.
  if (caller.kind == CallerKind::console && changes_something(request.method) &&
      request.headers.get(k_own_request) != "1") {
    return Error{ErrorCode::forbidden,
                 "the request does not come from the console's own page",
                 "Send the header X-Slipway-Request: 1.",
                 "forged_request"};
  }
  if (caller.may(permission)) {
    return base::ok();
  }
  if (permission == Permission::local) {
    return Error{ErrorCode::forbidden,
                 "this can be done only by root on the host itself",
                 "Use the `slipway` command there.",
                 "local_only"};
  }
  if (!caller.session) {
    return Error{ErrorCode::unauthorized,
                 "you are not signed in, or no longer",
                 "Sign in.",
                 "session_expired"};
  }
  return Error{ErrorCode::forbidden,
               "your account may not do this",
               "Ask somebody with a higher role.",
               "role_too_low"};
}

}  // namespace agent::api
