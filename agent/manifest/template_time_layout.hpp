#pragma once

#include <cstddef>
#include <string_view>

namespace agent::manifest {

enum class TimePart {
  none,
  long_month,
  month,
  number_month,
  zero_month,
  long_week_day,
  week_day,
  day,
  blank_day,
  zero_day,
  blank_year_day,
  zero_year_day,
  hour,
  hour_12,
  zero_hour_12,
  minute,
  zero_minute,
  second,
  zero_second,
  fraction,  // .000 or ,999
  long_year,
  year,
  upper_pm,
  lower_pm,
  zone_name,  // MST
  z_offset,   // Z0700, Z07:00, …: Z alone for UTC
  offset,     // -0700, -07:00, …
};

struct LayoutPart {
  std::string_view before;  // Text that stands for itself.
  TimePart part = TimePart::none;
  std::string_view text;  // The part as the layout has it.
};

// The next part, taken from the front of `layout`; kind none at its end.
LayoutPart next_part(std::string_view& layout);

}  // namespace agent::manifest
