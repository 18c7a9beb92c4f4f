#include "agent/base/core/clock.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace base {
namespace {

using std::chrono::milliseconds;

// Reads exactly `width` digits at `offset`; -1 when they are not there.
int digits(std::string_view text, std::size_t offset, std::size_t width) {
  if (text.size() < offset + width) {
    return -1;
  }
  int value = 0;
  for (const char c : text.substr(offset, width)) {
    if (c < '0' || c > '9') {
      return -1;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

bool in_range(int value, int low, int high) {
  return value >= low && value <= high;
}

}  // namespace

WallTime SystemClock::wall_time() const {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

MonotonicTime SystemClock::monotonic_time() const {
  return std::chrono::steady_clock::now();
}

std::string format_time(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count(),
                     clock.subseconds().count());
}

Result<WallTime> parse_time(std::string_view text) {
  const Error malformed{ErrorCode::invalid_input,
                        fmt::format("not a time in RFC 3339: {:.40}", text)};
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (year < 0 || !in_range(month, 1, 12) || !in_range(day, 1, 31) || !in_range(hour, 0, 23) ||
      !in_range(minute, 0, 59) || !in_range(second, 0, 60) || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':') {
    return malformed;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    return malformed;
  }

  std::size_t position = 19;
  std::int64_t fraction = 0;
  if (position < text.size() && text[position] == '.') {
    ++position;
    std::int64_t weight = 100;
    const auto first = position;
    for (; position < text.size() && text[position] >= '0' && text[position] <= '9'; ++position) {
      fraction += weight * (text[position] - '0');
      weight /= 10;
    }
    if (position == first) {
      return malformed;
    }
  }

  std::chrono::minutes offset{0};
  const auto zone = text.substr(position);
  if (zone != "Z" && zone != "z") {
    const int hours = digits(zone, 1, 2);
    const int minutes = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' ||
        !in_range(hours, 0, 23) || !in_range(minutes, 0, 59)) {
      return malformed;
    }
    offset = std::chrono::minutes(hours * 60 + minutes) * (zone[0] == '-' ? -1 : 1);
  }

  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + milliseconds(fraction) - offset;
}

}  // namespace base
