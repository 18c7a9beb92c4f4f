#include "agent/docker/failures.hpp"

#include <fmt/format.h>

#include <array>

namespace agent::docker {
namespace {

using base::ErrorCode;

struct Phrase {
  std::string_view text;
  ErrorCode code;
  std::string_view reason;
  std::string_view hint;
};

// The first that is found decides.
constexpr std::array<Phrase, 27> k_phrases = {{
    {"no space left on device", ErrorCode::io, "disk_full", "Free space on the engine's disk."},
    {"port is already allocated",
     ErrorCode::conflict,
     "port_in_use",
     "Free the port or choose another."},
    {"address already in use",
     ErrorCode::conflict,
     "port_in_use",
     "Free the port or choose another."},
    {"ports are not available",
     ErrorCode::conflict,
     "port_in_use",
     "Free the port or choose another."},
    {"is already in use by container", ErrorCode::conflict, "name_in_use", ""},
    {"is too old. Minimum supported API version",
     ErrorCode::unavailable,
     "engine_too_new",
     "Upgrade Slipway: the engine no longer speaks any version that it knows."},
    {"pool overlaps", ErrorCode::conflict, "address_pool_exhausted", ""},
    {"fully subnetted",
     ErrorCode::conflict,
     "address_pool_exhausted",
     "Remove unused networks or give the engine more address pools."},
    {"already exists in network", ErrorCode::conflict, "", ""},
    {": already exists", ErrorCode::conflict, k_leftover_task, ""},
    {"is not running", ErrorCode::conflict, "not_running", ""},
    {"not connected to", ErrorCode::not_found, "", ""},
    {"has active endpoints", ErrorCode::conflict, "in_use", ""},
    {"volume is in use", ErrorCode::conflict, "in_use", ""},
    {"manifest unknown", ErrorCode::not_found, "", ""},
    {"repository does not exist", ErrorCode::not_found, "", ""},
    {"unauthorized", ErrorCode::unauthorized, "", ""},
    {"no basic auth credentials", ErrorCode::unauthorized, "", ""},
    {"authentication required", ErrorCode::unauthorized, "", ""},
    {"no such host", ErrorCode::unavailable, "", ""},
    {"dial tcp", ErrorCode::unavailable, "", ""},
    {"connection refused", ErrorCode::unavailable, "", ""},
    {"i/o timeout", ErrorCode::unavailable, "", ""},
    {"TLS handshake timeout", ErrorCode::unavailable, "", ""},
    {"network is unreachable", ErrorCode::unavailable, "", ""},
    {"request canceled while waiting for connection", ErrorCode::unavailable, "", ""},
    {"server misbehaving", ErrorCode::unavailable, "", ""},
}};

ErrorCode code_of(int status) {
  switch (status) {
    case 400:
      return ErrorCode::invalid_input;
    case 401:
      return ErrorCode::unauthorized;
    case 403:
      return ErrorCode::forbidden;
    case 404:
      return ErrorCode::not_found;
    case 409:
      return ErrorCode::conflict;
    case 413:
      return ErrorCode::too_large;
    case 503:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::io;
  }
}

// Only statuses that say nothing are overruled by a phrase's code; a 404 stays one whatever words
// a container's name brings into the text.
bool says_nothing(int status) {
  return status < 300 || status >= 500 || status == 400 || status == 403;
}

}  // namespace

base::Error failure_of(int status, std::string message) {
  if (message.empty()) {
    message = fmt::format("the engine answered {} and did not say why", status);
  }
  base::Error error{code_of(status), std::move(message)};
  for (const auto& phrase : k_phrases) {
    if (error.message.find(phrase.text) == std::string::npos) {
      continue;
    }
    if (says_nothing(status)) {
      error.code = phrase.code;
    }
    if (error.code == phrase.code) {
      error.reason = phrase.reason;
      error.hint = phrase.hint;
    }
    break;
  }
  return error;
}

}  // namespace agent::docker
