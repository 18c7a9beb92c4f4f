#pragma once

#include "agent/base/core/clock.hpp"
#include "agent/base/log/log.hpp"
#include "agent/base/log/redaction.hpp"

#include <span>
#include <string>
#include <string_view>

namespace base::log {

struct Record {
  WallTime time;
  Level level = Level::info;
  std::string_view event;
  std::span<const Field> fields;
};

// A record as it goes into the file, redacted and escaped, without the line's end.
std::string format_line(Format format, const Record& record, const Redactor& redactor);

}  // namespace base::log
