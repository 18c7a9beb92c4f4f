#pragma once
// Times by Go's layouts, in which the reference time Mon Jan 2 15:04:05 MST 2006 shows the form.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace agent::manifest {

// In UTC.
std::string format_time(std::string_view layout, std::chrono::sys_seconds time);

// Nothing when the text does not have the form, or names no time. Offsets are taken into account;
// a zone's name other than UTC or GMT is not known.
std::optional<std::chrono::sys_seconds> parse_time(std::string_view layout, std::string_view text);

}  // namespace agent::manifest
