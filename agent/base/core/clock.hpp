#pragma once
// Time as a dependency: rules take a Clock, programs pass the system's, tests move a fake by hand.

#include "agent/base/core/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace base {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using MonotonicTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  // Safe to call from any thread.
  [[nodiscard]] virtual WallTime wall_time() const = 0;
  [[nodiscard]] virtual MonotonicTime monotonic_time() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall_time() const override;
  [[nodiscard]] MonotonicTime monotonic_time() const override;
};

// RFC 3339 in UTC with milliseconds, "2026-11-24T04:27:00.123Z": the form in API, logs and state.
std::string format_time(WallTime time);

// Reads the form above, with any number of fraction digits (Docker writes nine) and with "Z" or a
// numeric offset. Errors: invalid_input.
Result<WallTime> parse_time(std::string_view text);

}  // namespace base
