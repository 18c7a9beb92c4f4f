#include "agent/manifest/numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>

namespace agent::manifest {
namespace {

constexpr double k_beyond_integers = 9.3e18;

int take_base(std::string_view& digits) {
  const auto starts = [&](std::string_view small, std::string_view large) {
    return digits.starts_with(small) || digits.starts_with(large);
  };
  const int base = starts("0x", "0X")        ? 16
                   : starts("0b", "0B")      ? 2
                   : digits.starts_with('0') ? 8
                                             : 10;
  digits.remove_prefix(base == 16 || base == 2 ? 2 : 0);
  return base;
}

std::optional<double> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
  const int base = take_base(text);
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return negative ? -static_cast<double>(value) : static_cast<double>(value);
}

std::optional<double> decimal_number(std::string_view text) {
  text.remove_prefix(text.starts_with('+') ? 1 : 0);
  const auto digit = text.find_first_of("0123456789");
  // Neither "nan" nor "infinity", which are words.
  constexpr std::size_t k_before_digits = 2;  // A sign and a dot.
  if (digit > k_before_digits) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

std::optional<double> number_of(const base::data::YamlNode& node) {
  if (!node.plain) {
    return std::nullopt;
  }
  std::string text;
  std::copy_if(node.text.begin(), node.text.end(), std::back_inserter(text), [](char c) {
    return c != '_';
  });
  const auto whole = whole_number(text);
  return whole ? whole : decimal_number(text);
}

bool is_infinity(const base::data::YamlNode& node) {
  std::string_view text = node.text;
  text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  return node.plain && (text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" ||
                        text == ".NaN" || text == ".NAN");
}

}  // namespace

bool is_yaml_number(const base::data::YamlNode& node) {
  return number_of(node).has_value() || is_infinity(node);
}

bool is_yaml_integer(const base::data::YamlNode& node) {
  const auto number = number_of(node);
  return number && *number > -k_beyond_integers && *number < k_beyond_integers;
}

bool is_yaml_unsigned(const base::data::YamlNode& node) {
  const auto number = number_of(node);
  return number && *number >= 0 && *number < 2 * k_beyond_integers;
}

}  // namespace agent::manifest
