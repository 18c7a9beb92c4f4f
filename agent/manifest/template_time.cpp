#include "agent/manifest/template_time.hpp"

#include "agent/manifest/template_time_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace agent::manifest {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 12> k_months = {"January",
                                                       "February",
                                                       "March",
                                                       "April",
                                                       "May",
                                                       "June",
                                                       "July",
                                                       "August",
                                                       "September",
                                                       "October",
                                                       "November",
                                                       "December"};
constexpr std::array<std::string_view, 7> k_week_days = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

struct Fields {
  explicit Fields(sys_seconds time) : date(sys_days()), of_day(std::chrono::seconds()) {
    const auto day = std::chrono::floor<days>(time);
    date = std::chrono::year_month_day(day);
    of_day = std::chrono::hh_mm_ss<std::chrono::seconds>(time - day);
    week_day = std::chrono::weekday(day).c_encoding();
    year_day = (day - sys_days(date.year() / std::chrono::January / 1)).count() + 1;
    hour = of_day.hours().count();
  }

  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> of_day;
  unsigned week_day = 0;
  std::int64_t year_day = 1;
  std::int64_t hour = 0;

  [[nodiscard]] std::int64_t hour_12() const { return hour % 12 == 0 ? 12 : hour % 12; }
  [[nodiscard]] unsigned month() const { return unsigned(date.month()); }
  [[nodiscard]] unsigned day() const { return unsigned(date.day()); }
  [[nodiscard]] std::string_view month_name() const { return k_months.at(month() - 1); }
  [[nodiscard]] std::string_view week_day_name() const { return k_week_days.at(week_day); }
};

std::string two_digits(std::int64_t number) {
  return fmt::format("{:02}", number);
}

using Shower = std::string (*)(const Fields&);

const std::map<TimePart, Shower>& showers() {
  static const std::map<TimePart, Shower> table = {
      {TimePart::long_month, [](auto& at) { return std::string(at.month_name()); }},
      {TimePart::month, [](auto& at) { return std::string(at.month_name().substr(0, 3)); }},
      {TimePart::number_month, [](auto& at) { return std::to_string(at.month()); }},
      {TimePart::zero_month, [](auto& at) { return two_digits(at.month()); }},
      {TimePart::long_week_day, [](auto& at) { return std::string(at.week_day_name()); }},
      {TimePart::week_day, [](auto& at) { return std::string(at.week_day_name().substr(0, 3)); }},
      {TimePart::day, [](auto& at) { return std::to_string(at.day()); }},
      {TimePart::blank_day, [](auto& at) { return fmt::format("{:2}", at.day()); }},
      {TimePart::zero_day, [](auto& at) { return two_digits(at.day()); }},
      {TimePart::blank_year_day, [](auto& at) { return fmt::format("{:3}", at.year_day); }},
      {TimePart::zero_year_day, [](auto& at) { return fmt::format("{:03}", at.year_day); }},
      {TimePart::long_year, [](auto& at) { return fmt::format("{:04}", int(at.date.year())); }},
      {TimePart::year, [](auto& at) { return two_digits(int(at.date.year()) % 100); }},
      {TimePart::hour, [](auto& at) { return two_digits(at.hour); }},
      {TimePart::hour_12, [](auto& at) { return std::to_string(at.hour_12()); }},
      {TimePart::zero_hour_12, [](auto& at) { return two_digits(at.hour_12()); }},
      {TimePart::minute, [](auto& at) { return std::to_string(at.of_day.minutes().count()); }},
      {TimePart::zero_minute, [](auto& at) { return two_digits(at.of_day.minutes().count()); }},
      {TimePart::second, [](auto& at) { return std::to_string(at.of_day.seconds().count()); }},
      {TimePart::zero_second, [](auto& at) { return two_digits(at.of_day.seconds().count()); }},
      {TimePart::upper_pm, [](auto& at) { return std::string(at.hour >= 12 ? "PM" : "AM"); }},
      {TimePart::lower_pm, [](auto& at) { return std::string(at.hour >= 12 ? "pm" : "am"); }},
      {TimePart::zone_name, [](auto& /*at*/) { return std::string("UTC"); }},
      {TimePart::z_offset, [](auto& /*at*/) { return std::string("Z"); }}};
  return table;
}

std::string shown(const LayoutPart& part, const Fields& fields) {
  if (part.part == TimePart::fraction) {  // Times here have none; nines leave zeros out.
    return part.text[1] == '0' ? std::string(part.text) : std::string();
  }
  if (part.part == TimePart::offset) {
    std::string zeros(part.text);
    std::replace(zeros.begin(), zeros.end(), '7', '0');
    zeros[0] = '+';
    return zeros;
  }
  return showers().at(part.part)(fields);
}

}  // namespace

std::string format_time(std::string_view layout, sys_seconds time) {
  const Fields fields(time);
  std::string out;
  while (!layout.empty()) {
    const auto part = next_part(layout);
    out += part.before;
    out += part.part == TimePart::none ? "" : shown(part, fields);
  }
  return out;
}

}  // namespace agent::manifest
