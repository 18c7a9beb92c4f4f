#pragma once
// Times by Go's layouts, in which the reference time Mon Jan 2 15:04:05 MST 2006 shows the form.

#include <chrono>
#include <string>
#include <string_view>

namespace agent::manifest {

// In UTC.
std::string format_time(std::string_view layout, std::chrono::sys_seconds time);

}  // namespace agent::manifest
