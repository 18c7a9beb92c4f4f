#pragma once
// Who asks: decided once for every request, from what the kernel says about the other end of the
// socket and from the session that the request carries.

#include "agent/access/access_store.hpp"
#include "agent/access/permission.hpp"
#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"
#include "agent/base/http/local_handler.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace agent::api {

enum class CallerKind {
  local,     // uid 0 on the socket.
  console,   // The console, for whoever is at the browser.
  stranger,  // Any other uid: refused.
};

struct Caller {
  CallerKind kind = CallerKind::stranger;
  std::optional<access::Session> session;  // Of the console's user, when there is a good one.
  base::Secret token;                      // Of that session; empty without.
  std::string address;                     // As the console says; empty for others.

  // "root" or the account's name: recorded with what is done.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool may(access::Permission permission) const noexcept;
};

// The console says with this field whom it forwards for, and overwrites what a client sends under
// the name. A request with it is the console's whatever its uid is, so that a console that somebody
// started as root by mistake does not make root of every visitor.
inline constexpr const char* k_forwarded_for = "X-Slipway-Forwarded-For";
// What a page of another origin cannot send without being asked first.
inline constexpr const char* k_own_request = "X-Slipway-Request";
inline constexpr const char* k_cookie = "__Host-slipway";

// Errors: io when sessions cannot be read.
base::Result<Caller> identify(const base::http::LocalRequest& request,
                              std::optional<uid_t> console_uid,
                              access::AccessStore& access);

// The rule: ok, or unauthorized (sign in), or forbidden.
base::Status check(const Caller& caller,
                   access::Permission permission,
                   const base::http::LocalRequest& request);

}  // namespace agent::api
