#pragma once

#include "agent/base/http/headers.hpp"

namespace agent::console {

// What every answer of the console carries, the agent's answers included.
const base::http::Headers& security_headers();

}  // namespace agent::console
