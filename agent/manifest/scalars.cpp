#include "agent/manifest/scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace agent::manifest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// "12.5" followed by something: the number, and `text` is left with the rest. Digits on both sides
// of a point, at least one digit.
std::optional<double> take_decimal(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  if (end == 0) {
    return std::nullopt;
  }
  if (end < text.size() && text[end] == '.') {
    const std::size_t point = end++;
    while (end < text.size() && is_digit(text[end])) {
      ++end;
    }
    if (end == point + 1) {
      return std::nullopt;
    }
  }
  double value = 0;
  const auto [stop, fault] = std::from_chars(text.data(), text.data() + end, value);
  if (fault != std::errc()) {
    return std::nullopt;
  }
  text.remove_prefix(end);
  return value;
}

// The power that a unit's letter stands for: 1 for k up to 6 for e; 0 for anything else.
int power_of(char letter) {
  const std::size_t found = std::string_view("kmgtpe").find(lower(letter));
  return found == std::string_view::npos ? 0 : static_cast<int>(found) + 1;
}

std::optional<std::uint64_t> scaled(double number, double base, int power) {
  const double bytes = number * std::pow(base, power);
  if (!(bytes >= 1) || bytes >= 9.2e18) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(bytes);
}

struct DurationUnit {
  std::string_view name;
  double milliseconds;
};
// Longest names first where one begins another.
constexpr std::array<DurationUnit, 6> k_duration_units = {
    {{"ms", 1}, {"us", 0.001}, {"ns", 0.000001}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

}  // namespace

std::optional<bool> parse_yaml_boolean(std::string_view text) {
  if (one_of(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) {
    return true;
  }
  if (one_of(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    return false;
  }
  return std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (one_of(text, {"1", "t", "T", "TRUE", "true", "True"})) {
    return true;
  }
  if (one_of(text, {"0", "f", "F", "FALSE", "false", "False"})) {
    return false;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  const auto value = parse_signed(text);
  return value && is_digit(text[0]) ? std::optional(static_cast<std::uint64_t>(*value))
                                    : std::nullopt;
}

std::optional<std::int64_t> parse_signed(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto value = parse_unsigned(text);
  if (!value || *value == 0 || *value > std::numeric_limits<std::uint16_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(*value);
}

std::optional<std::uint32_t> parse_mode(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  return fault == std::errc() && end == text.data() + text.size() && value <= 07777
             ? std::optional(value)
             : std::nullopt;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  const auto number = take_decimal(text);
  if (!number || text.empty()) {
    return std::nullopt;
  }
  const int power = power_of(text[0]);
  const bool tail = text.size() == 1 || (text.size() == 2 && lower(text[1]) == 'b');
  return power > 0 && tail ? scaled(*number, 1000, power) : std::nullopt;
}

std::optional<std::uint64_t> parse_ram_bytes(std::string_view text) {
  const auto number = take_decimal(text);
  if (!number || text.size() < 2 || lower(text[1]) != 'i') {
    return std::nullopt;
  }
  const int power = power_of(text[0]);
  const bool tail = text.size() == 2 || (text.size() == 3 && lower(text[2]) == 'b');
  return power > 0 && tail ? scaled(*number, 1024, power) : std::nullopt;
}

std::optional<std::uint64_t> parse_memory(std::string_view text) {
  const auto number = take_decimal(text);
  if (!number) {
    return std::nullopt;
  }
  if (text.empty() || (text.size() == 1 && lower(text[0]) == 'b')) {
    return scaled(*number, 1024, 0);
  }
  const int power = power_of(text[0]);
  std::string rest;
  std::transform(text.begin() + 1, text.end(), std::back_inserter(rest), lower);
  const bool tail = rest.empty() || rest == "b" || rest == "ib";
  return power > 0 && tail ? scaled(*number, 1024, power) : std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::milliseconds(0);
  }
  double total = 0;
  bool any = false;
  while (!text.empty()) {
    const auto number = take_decimal(text);
    const auto* unit =
        std::find_if(k_duration_units.begin(), k_duration_units.end(), [&](const auto& candidate) {
          return text.starts_with(candidate.name);
        });
    if (!number || unit == k_duration_units.end()) {
      return std::nullopt;
    }
    text.remove_prefix(unit->name.size());
    total += *number * unit->milliseconds;
    any = true;
  }
  constexpr double k_longest = 1e12;  // Thirty years: everything beyond is a slip of the pen.
  if (!any || total > k_longest) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(total)));
}

bool is_strict_version(std::string_view text) {
  int parts = 0;
  while (true) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto part = text.substr(0, dot);
    if (!parse_unsigned(part) || (part.size() > 1 && part[0] == '0')) {
      return false;
    }
    ++parts;
    if (dot == text.size()) {
      return parts == 3;
    }
    text.remove_prefix(dot + 1);
  }
}

}  // namespace agent::manifest
