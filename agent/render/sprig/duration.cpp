#include "agent/render/sprig/duration.hpp"

#include "agent/manifest/template_function.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace agent::render::sprig {
namespace {

constexpr std::uint64_t k_second = 1'000'000'000;
constexpr std::uint64_t k_most = std::uint64_t{1} << 63U;

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::array<Unit, 8> k_units = {{{"ns", 1},
                                          {"us", 1'000},
                                          {"\u00B5s", 1'000},
                                          {"\u03BCs", 1'000},
                                          {"ms", 1'000'000},
                                          {"s", k_second},
                                          {"m", 60 * k_second},
                                          {"h", 3600 * k_second}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// One number with its unit, taken from the front of the text.
class PartReader {
 public:
  PartReader(std::string_view whole, std::string_view& text) : whole_(whole), text_(text) {}

  base::Result<std::uint64_t> run() {
    const auto start = text_.size();
    BASE_TRY_ASSIGN(const auto integer, read_integer());
    const bool point = text_.starts_with('.');
    if (point) {
      text_.remove_prefix(1);
    }
    const auto before_fraction = text_.size();
    const auto fraction = point ? read_fraction() : 0.0;
    const bool any_digit =
        start - before_fraction > (point ? 1U : 0U) || (point && before_fraction > text_.size());
    if (!any_digit) {
      return invalid();
    }
    BASE_TRY_ASSIGN(const auto unit, read_unit());
    if (integer > k_most / unit) {
      return invalid();
    }
    const auto sum =
        integer * unit + static_cast<std::uint64_t>(fraction * static_cast<double>(unit));
    return sum > k_most ? base::Result<std::uint64_t>(invalid()) : sum;
  }

 private:
  [[nodiscard]] base::Error invalid() const {
    return manifest::argument_error("time: invalid duration " + manifest::quoted(whole_));
  }

  base::Result<std::uint64_t> read_integer() {
    std::uint64_t number = 0;
    while (!text_.empty() && is_digit(text_[0])) {
      if (number > k_most / 10) {
        return invalid();
      }
      number = number * 10 + static_cast<std::uint64_t>(text_[0] - '0');
      text_.remove_prefix(1);
    }
    return number;
  }

  double read_fraction() {
    double number = 0;
    double scale = 1;
    while (!text_.empty() && is_digit(text_[0])) {
      if (scale < 1e18) {  // Further digits are below a nanosecond of any unit.
        number = number * 10 + (text_[0] - '0');
        scale *= 10;
      }
      text_.remove_prefix(1);
    }
    return number / scale;
  }

  base::Result<std::uint64_t> read_unit() {
    std::size_t end = 0;
    while (end < text_.size() && text_[end] != '.' && !is_digit(text_[end])) {
      ++end;
    }
    const auto name = text_.substr(0, end);
    text_.remove_prefix(end);
    if (name.empty()) {
      return manifest::argument_error("time: missing unit in duration " + manifest::quoted(whole_));
    }
    const auto* const unit =
        std::find_if(k_units.begin(), k_units.end(), [&](auto& one) { return one.name == name; });
    if (unit == k_units.end()) {
      return manifest::argument_error(fmt::format("time: unknown unit {} in duration {}",
                                                  manifest::quoted(name),
                                                  manifest::quoted(whole_)));
    }
    return unit->nanoseconds;
  }

  std::string_view whole_;
  std::string_view& text_;
};

// The number with as many digits after the point as it needs.
std::string with_fraction(std::uint64_t number, std::uint64_t unit) {
  auto text = std::to_string(number / unit);
  auto rest = number % unit;
  if (rest > 0) {
    text += ".";
    for (auto scale = unit / 10; rest > 0; scale /= 10) {
      text += static_cast<char>('0' + rest / scale);
      rest %= scale;
    }
  }
  return text;
}

}  // namespace

base::Result<std::int64_t> parse_duration(std::string_view text) {
  const auto whole = text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text == "0") {
    return 0;
  }
  auto invalid = manifest::argument_error("time: invalid duration " + manifest::quoted(whole));
  if (text.empty()) {
    return invalid;
  }
  std::uint64_t sum = 0;
  while (!text.empty()) {
    BASE_TRY_ASSIGN(const auto part, PartReader(whole, text).run());
    sum += part;
    if (sum > k_most) {
      return invalid;
    }
  }
  if (sum == k_most && !negative) {
    return invalid;
  }
  return static_cast<std::int64_t>(negative ? ~sum + 1 : sum);
}

std::string duration_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) {
    return "0s";
  }
  const bool negative = nanoseconds < 0;
  const auto bits = static_cast<std::uint64_t>(nanoseconds);
  const auto span = negative ? ~bits + 1 : bits;
  const std::string sign = negative ? "-" : "";
  if (span < 1'000) {
    return fmt::format("{}{}ns", sign, span);
  }
  if (span < 1'000'000) {
    return sign + with_fraction(span, 1'000) + "\u00B5s";
  }
  if (span < k_second) {
    return sign + with_fraction(span, 1'000'000) + "ms";
  }
  const auto minutes = span / k_second / 60;
  auto text = with_fraction(span % (60 * k_second), k_second) + "s";
  if (minutes > 0) {
    text = fmt::format("{}m{}", minutes % 60, text);
  }
  if (minutes >= 60) {
    text = fmt::format("{}h{}", minutes / 60, text);
  }
  return sign + text;
}

}  // namespace agent::render::sprig
