#pragma once
// Spans of time as Go's time.Duration, in nanoseconds. Inside this library only.

#include "agent/base/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace agent::render::sprig {

// "1h15m30.5s", "-2us", "0". Errors: invalid_input in Go's words.
base::Result<std::int64_t> parse_duration(std::string_view text);

// "1h15m30.5s"; below a second "1.5ms".
std::string duration_text(std::int64_t nanoseconds);

}  // namespace agent::render::sprig
