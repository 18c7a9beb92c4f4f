#pragma once

#include <chrono>
#include <stop_token>

namespace base {

// Returns when the time has passed or somebody asks to stop, whichever is first.
void pause(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace base
