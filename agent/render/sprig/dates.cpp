#include "agent/manifest/template_quote.hpp"
#include "agent/manifest/template_time.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/duration.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>

namespace agent::render::sprig {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::string_view k_html_date = "2006-01-02";
constexpr std::int64_t k_second = 1'000'000'000;
// Of the years -9999 to 9999, which calendars here reach with room to spare.
constexpr std::int64_t k_farthest = 377'705'116'800;

Result<Value> time_value(std::int64_t since_epoch) {
  if (since_epoch > k_farthest || since_epoch < -k_farthest) {
    return argument_error("the time is too far away");
  }
  return Value::time(sys_seconds(seconds(since_epoch)));
}

// Go's zero time, which stands for none.
Value no_time() {
  return Value::time(sys_seconds(std::chrono::sys_days(std::chrono::year(1) / 1 / 1)));
}

// Sprig takes the present for what is no time; here a rendering must not change by itself.
Result<sys_seconds> time_at(const FunctionCall& call, std::size_t position) {
  const auto& value = call.arguments[position];
  if (value.kind() == ValueKind::time) {
    return value.as_time();
  }
  if (value.kind() == ValueKind::integer) {
    BASE_TRY_ASSIGN(const auto time, time_value(value.as_integer()));
    return time.as_time();
  }
  return argument_error(fmt::format(
      "the date must be a time or a number of seconds, not {}; for a date as text there is toDate",
      value.type_name()));
}

// Other zones are in a database that differs from host to host.
base::Status check_zone(const std::string& zone) {
  if (zone.empty() || zone == "UTC" || zone == "Local") {
    return base::ok();
  }
  return argument_error(fmt::format("the only time zone is UTC, not {:.80}", zone));
}

Result<Value> formatted(const FunctionCall& call, std::string_view layout, sys_seconds time) {
  if (layout.size() > call.max_bytes / 16) {  // A part of a layout grows to at most so much.
    return manifest::text_too_long();
  }
  return Value::text(manifest::format_time(layout, time));
}

Result<Value> call_date(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto time, time_at(call, 1));
  return formatted(call, text_at(call, 0), time);
}

Result<Value> call_date_in_zone(const FunctionCall& call) {
  BASE_TRY(check_zone(text_at(call, 2)));
  return call_date(call);
}

Result<Value> call_html_date(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto time, time_at(call, 0));
  return formatted(call, k_html_date, time);
}

Result<Value> call_html_date_in_zone(const FunctionCall& call) {
  BASE_TRY(check_zone(text_at(call, 1)));
  return call_html_date(call);
}

Result<Value> call_must_date_modify(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto span, parse_duration(text_at(call, 0)));
  const auto since_epoch = call.arguments[1].as_time().time_since_epoch().count();
  const bool back = span < 0 && span % k_second != 0;  // Whole seconds, downwards.
  return time_value(since_epoch + span / k_second - (back ? 1 : 0));
}

Result<Value> call_date_modify(const FunctionCall& call) {
  return parse_duration(text_at(call, 0)) ? call_must_date_modify(call) : call.arguments[1];
}

Result<Value> call_must_to_date(const FunctionCall& call) {
  const auto& layout = text_at(call, 0);
  const auto& text = text_at(call, 1);
  BASE_TRY(call.spend(layout.size()));
  const auto time = manifest::parse_time(layout, text);
  if (!time) {
    return argument_error(fmt::format("parsing time {} as {}: it has another form",
                                      manifest::quoted(text.substr(0, 80)),
                                      manifest::quoted(layout.substr(0, 80))));
  }
  return Value::time(*time);
}

Result<Value> call_to_date(const FunctionCall& call) {
  auto time = call_must_to_date(call);
  const bool unreadable = !time && time.error().code == base::ErrorCode::invalid_input;
  return unreadable ? no_time() : time;
}

Result<Value> call_unix_epoch(const FunctionCall& call) {
  return Value::text(std::to_string(call.arguments[0].as_time().time_since_epoch().count()));
}

// Sprig knows text and int64 as a number of seconds, and takes all else, an int too, for none.
Result<Value> call_duration(const FunctionCall& call) {
  const auto& value = call.arguments[0];
  std::int64_t count = 0;
  if (value.kind() == ValueKind::integer && value.go_type() == GoType::int64) {
    count = value.as_integer();
  } else if (value.kind() == ValueKind::text) {
    std::string_view text = value.as_text();
    if (text.starts_with('+') && !text.substr(1).starts_with('-')) {
      text.remove_prefix(1);
    }
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    count = end == text.data() + text.size() && fault == std::errc() ? count : 0;
  }
  std::int64_t span = 0;
  if (__builtin_mul_overflow(count, k_second, &span)) {
    return argument_error("the duration is too long");
  }
  return Value::text(duration_text(span));
}

// The largest unit alone, cut off.
Result<Value> call_duration_round(const FunctionCall& call) {
  struct Unit {
    std::string_view name;
    std::uint64_t seconds;
  };
  constexpr std::array<Unit, 6> k_units = {{{"y", 365 * std::uint64_t{86400}},
                                            {"mo", 30 * std::uint64_t{86400}},
                                            {"d", 86400},
                                            {"h", 3600},
                                            {"m", 60},
                                            {"s", 1}}};
  const auto& value = call.arguments[0];
  std::int64_t span = 0;
  if (value.kind() == ValueKind::time) {
    return argument_error("how long ago a time was changes the rendering from call to call");
  }
  if (value.kind() == ValueKind::integer && value.go_type() == GoType::int64) {
    span = value.as_integer();
  } else if (value.kind() == ValueKind::text) {
    const auto parsed = parse_duration(value.as_text());
    span = parsed ? *parsed : 0;
  }
  const auto bits = static_cast<std::uint64_t>(span);
  const auto length = span < 0 ? ~bits + 1 : bits;
  for (const auto& unit : k_units) {
    const auto nanoseconds = unit.seconds * static_cast<std::uint64_t>(k_second);
    if (length > nanoseconds) {
      return Value::text(fmt::format("{}{}", length / nanoseconds, unit.name));
    }
  }
  return Value::text("0s");
}

}  // namespace

void add_date_functions(FunctionTable& table) {
  table["date"] = function("sv", call_date);
  table["dateInZone"] = function("svs", call_date_in_zone);
  table["date_in_zone"] = table["dateInZone"];
  table["htmlDate"] = function("v", call_html_date);
  table["htmlDateInZone"] = function("vs", call_html_date_in_zone);
  table["dateModify"] = function("st", call_date_modify);
  table["date_modify"] = table["dateModify"];
  table["mustDateModify"] = function("st", call_must_date_modify);
  table["must_date_modify"] = table["mustDateModify"];
  table["toDate"] = function("ss", call_to_date);
  table["mustToDate"] = function("ss", call_must_to_date);
  table["unixEpoch"] = function("t", call_unix_epoch);
  table["duration"] = function("v", call_duration);
  table["durationRound"] = function("v", call_duration_round);
}

}  // namespace agent::render::sprig
