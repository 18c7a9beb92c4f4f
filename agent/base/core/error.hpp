#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace base {

// What a caller can act on. Add a value only when some caller would branch on it: the text for a
// person belongs in `message`.
enum class ErrorCode {
  invalid_input,  // The caller gave something wrong; retrying the same call cannot help.
  unauthorized,   // Nobody is signed in, or the credentials are wrong.
  forbidden,      // Somebody is signed in and may not do this.
  not_found,
  conflict,     // The world is not in the state the call assumed: look again, then decide.
  too_large,    // More bytes than a documented limit allows.
  unavailable,  // The other side did not answer; retrying later can help.
  timed_out,
  cancelled,
  io,
  internal,  // Our own broken promise. Always logged with the context chain.
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // What happened and where, naming the thing and what was expected.
  std::string hint;     // What to do about it, as an imperative sentence; empty when unknown.
  // A stable name that scripts and documentation use, such as "stale_plan"; empty where the code
  // says enough. Once released, a reason is never renamed.
  std::string reason;

  // "context: message", as the error travels up. One clause per layer that adds knowledge.
  [[nodiscard]] Error with_context(std::string_view context) && {
    message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

// "invalid_input", "not_found", ...: the spelling used in the API, in logs and by --json.
std::string_view name_of(ErrorCode code) noexcept;

}  // namespace base
