#include "agent/manifest/template_time.hpp"

#include "agent/manifest/template_time_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
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

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<sys_seconds> run(std::string_view layout) {
    while (!layout.empty()) {
      const auto part = next_part(layout);
      auto rest = layout;
      fraction_follows_ = next_part(rest).part == TimePart::fraction;
      if (!literal(part.before) || (part.part != TimePart::none && !parse(part))) {
        return std::nullopt;
      }
    }
    return text_.empty() ? time() : std::nullopt;
  }

 private:
  bool literal(std::string_view expected) {
    if (!text_.starts_with(expected)) {
      return false;
    }
    text_.remove_prefix(expected.size());
    return true;
  }

  bool number(std::size_t least, std::size_t most, int& into) {
    std::size_t length = 0;
    while (length < std::min(most, text_.size()) && text_[length] >= '0' && text_[length] <= '9') {
      ++length;
    }
    if (length < least) {
      return false;
    }
    std::from_chars(text_.data(), text_.data() + length, into);
    text_.remove_prefix(length);
    return true;
  }

  template <std::size_t count>
  bool name(const std::array<std::string_view, count>& names, bool whole, int& into) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto wanted = whole ? names.at(i) : names.at(i).substr(0, 3);
      const auto given = text_.substr(0, wanted.size());
      if (std::equal(given.begin(), given.end(), wanted.begin(), wanted.end(), [](char a, char b) {
            return a == b || (a | 0x20) == (b | 0x20);
          })) {
        text_.remove_prefix(wanted.size());
        into = static_cast<int>(i);
        return true;
      }
    }
    return false;
  }

  // A fraction may follow although the layout has none.
  bool second(std::size_t least) {
    if (!number(least, 2, second_)) {
      return false;
    }
    const bool more = text_.size() > 1 && (text_[0] == '.' || text_[0] == ',') && text_[1] >= '0' &&
                      text_[1] <= '9';
    if (more && !fraction_follows_) {
      const auto end = std::min(text_.find_first_not_of("0123456789", 1), text_.size());
      text_.remove_prefix(end);
    }
    return true;
  }

  bool zone_name() {
    const auto end = std::min(text_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), text_.size());
    text_.remove_prefix(end);
    return end >= 3 && end <= 5;
  }

  bool month_name(bool whole) {
    const bool found = name(k_months, whole, month_);
    ++month_;
    return found;
  }

  bool short_year() {
    const bool found = number(2, 2, year_);
    year_ += year_ < 69 ? 2000 : 1900;
    return found;
  }

  bool half(std::string_view am, std::string_view pm) {
    afternoon_ = text_.starts_with(pm);
    return literal(afternoon_ ? pm : am) && (half_ = true);
  }

  bool fraction(char zero_or_nine) {
    if (text_.empty() || (text_[0] != '.' && text_[0] != ',')) {
      return zero_or_nine == '9';
    }
    text_.remove_prefix(1);
    int ignored = 0;
    return number(1, 9, ignored);
  }

  bool zone_offset(std::string_view layout) {
    if (layout[0] == 'Z' && literal("Z")) {
      return true;
    }
    if (text_.empty() || (text_[0] != '+' && text_[0] != '-')) {
      return false;
    }
    const int sign = text_[0] == '-' ? -1 : 1;
    text_.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    const bool colon = layout.find(':') != std::string_view::npos;
    if (!number(2, 2, hours) ||
        (layout.size() > 3 && ((colon && !literal(":")) || !number(2, 2, minutes)))) {
      return false;
    }
    offset_ = std::chrono::minutes(sign * (hours * 60 + minutes));
    return true;
  }

  using Reader = bool (*)(Parser&, std::string_view);

  static const std::map<TimePart, Reader>& readers() {
    static const std::map<TimePart, Reader> table = {
        {TimePart::long_month, [](Parser& p, auto) { return p.month_name(true); }},
        {TimePart::month, [](Parser& p, auto) { return p.month_name(false); }},
        {TimePart::number_month, [](Parser& p, auto) { return p.number(1, 2, p.month_); }},
        {TimePart::zero_month, [](Parser& p, auto) { return p.number(2, 2, p.month_); }},
        {TimePart::long_week_day,
         [](Parser& p, auto) { return p.name(k_week_days, true, p.ignored_); }},
        {TimePart::week_day,
         [](Parser& p, auto) { return p.name(k_week_days, false, p.ignored_); }},
        {TimePart::blank_day,
         [](Parser& p, auto) {
           static_cast<void>(p.literal(" "));
           return p.number(1, 2, p.day_);
         }},
        {TimePart::day, [](Parser& p, auto) { return p.number(1, 2, p.day_); }},
        {TimePart::zero_day, [](Parser& p, auto) { return p.number(2, 2, p.day_); }},
        {TimePart::long_year, [](Parser& p, auto) { return p.number(4, 4, p.year_); }},
        {TimePart::year, [](Parser& p, auto) { return p.short_year(); }},
        {TimePart::hour, [](Parser& p, auto) { return p.number(2, 2, p.hour_); }},
        {TimePart::hour_12, [](Parser& p, auto) { return p.number(1, 2, p.hour_); }},
        {TimePart::zero_hour_12, [](Parser& p, auto) { return p.number(2, 2, p.hour_); }},
        {TimePart::minute, [](Parser& p, auto) { return p.number(1, 2, p.minute_); }},
        {TimePart::zero_minute, [](Parser& p, auto) { return p.number(2, 2, p.minute_); }},
        {TimePart::second, [](Parser& p, auto) { return p.second(1); }},
        {TimePart::zero_second, [](Parser& p, auto) { return p.second(2); }},
        {TimePart::fraction, [](Parser& p, auto part) { return p.fraction(part[1]); }},
        {TimePart::upper_pm, [](Parser& p, auto) { return p.half("AM", "PM"); }},
        {TimePart::lower_pm, [](Parser& p, auto) { return p.half("am", "pm"); }},
        {TimePart::zone_name, [](Parser& p, auto) { return p.zone_name(); }},
        {TimePart::z_offset, [](Parser& p, auto part) { return p.zone_offset(part); }},
        {TimePart::offset, [](Parser& p, auto part) { return p.zone_offset(part); }}};
    return table;
  }

  bool parse(const LayoutPart& part) {
    const auto reader = readers().find(part.part);
    return reader != readers().end() && reader->second(*this, part.text);
  }

  [[nodiscard]] std::optional<sys_seconds> time() const {
    const std::chrono::year_month_day date{std::chrono::year(year_),
                                           std::chrono::month(static_cast<unsigned>(month_)),
                                           std::chrono::day(static_cast<unsigned>(day_))};
    if (!date.ok() || hour_ > (half_ ? 12 : 23) || minute_ > 59 || second_ > 59) {
      return std::nullopt;
    }
    const int hour = half_ ? hour_ % 12 + (afternoon_ ? 12 : 0) : hour_;
    return sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute_) +
           std::chrono::seconds(second_) - offset_;
  }

  std::string_view text_;
  int year_ = 0;
  int month_ = 1;
  int day_ = 1;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int ignored_ = 0;
  bool half_ = false;
  bool afternoon_ = false;
  bool fraction_follows_ = false;
  std::chrono::minutes offset_{0};
};

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

std::optional<sys_seconds> parse_time(std::string_view layout, std::string_view text) {
  return Parser(text).run(layout);
}

}  // namespace agent::manifest
