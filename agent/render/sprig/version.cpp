#include "agent/render/sprig/version.hpp"

#include "agent/manifest/template_function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace agent::render::sprig {
namespace {

using base::Result;
using manifest::argument_error;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_identifier(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = fault == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional(number) : std::nullopt;
}

std::string_view take_while(std::string_view& text, bool (*accepted)(char)) {
  const auto end =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), accepted) - text.begin());
  const auto taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

// Identifiers with points between them, behind `mark`. Empty, and nothing taken, without any.
std::string take_identifiers(std::string_view& text, char mark) {
  if (text.size() < 2 || text[0] != mark || !is_identifier(text[1])) {
    return {};
  }
  text.remove_prefix(1);
  std::string taken(take_while(text, is_identifier));
  while (text.size() > 1 && text[0] == '.' && is_identifier(text[1])) {
    text.remove_prefix(1);
    taken += '.';
    taken += take_while(text, is_identifier);
  }
  return taken;
}

bool has_leading_zero(std::string_view identifiers) {
  while (!identifiers.empty()) {
    const auto one = identifiers.substr(0, identifiers.find('.'));
    if (one.size() > 1 && one[0] == '0' && std::all_of(one.begin(), one.end(), is_digit)) {
      return true;
    }
    identifiers.remove_prefix(std::min(one.size() + 1, identifiers.size()));
  }
  return false;
}

std::strong_ordering compare_identifier(std::string_view left, std::string_view right) {
  const auto left_number = number_of(left);
  const auto right_number = number_of(right);
  if (left_number && right_number) {
    return *left_number <=> *right_number;
  }
  if (left_number || right_number) {  // Numbers come first.
    return left_number ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return left <=> right;
}

std::strong_ordering compare_prerelease(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const auto one = left.substr(0, left.find('.'));
    const auto other = right.substr(0, right.find('.'));
    if (one != other) {
      const auto order = compare_identifier(one, other);
      return order == std::strong_ordering::equal ? std::strong_ordering::less : order;
    }
    left.remove_prefix(std::min(one.size() + 1, left.size()));
    right.remove_prefix(std::min(other.size() + 1, right.size()));
  }
  return left.size() <=> right.size();
}

}  // namespace

std::string Version::text() const {
  auto text = fmt::format("{}.{}.{}", major, minor, patch);
  text += prerelease.empty() ? "" : "-" + prerelease;
  text += metadata.empty() ? "" : "+" + metadata;
  return text;
}

Result<Version> parse_version(std::string_view text) {
  auto invalid = argument_error("Invalid Semantic Version");
  if (text.starts_with('v')) {
    text.remove_prefix(1);
  }
  Version version;
  for (auto* const part : {&version.major, &version.minor, &version.patch}) {
    const bool first = part == &version.major;
    if (!first && (text.size() < 2 || text[0] != '.' || !is_digit(text[1]))) {
      break;
    }
    text.remove_prefix(first ? 0 : 1);
    const auto digits = take_while(text, is_digit);
    if (digits.empty()) {
      return invalid;
    }
    const auto number = number_of(digits);
    if (!number) {
      return argument_error("Error parsing version segment: value out of range");
    }
    *part = *number;
  }
  version.prerelease = take_identifiers(text, '-');
  version.metadata = take_identifiers(text, '+');
  if (!text.empty()) {
    return invalid;
  }
  if (has_leading_zero(version.prerelease)) {
    return argument_error("Version segment starts with 0");
  }
  return version;
}

std::strong_ordering compare(const Version& left, const Version& right) {
  if (const auto order = left.major <=> right.major; std::is_neq(order)) {
    return order;
  }
  if (const auto order = left.minor <=> right.minor; std::is_neq(order)) {
    return order;
  }
  if (const auto order = left.patch <=> right.patch; std::is_neq(order)) {
    return order;
  }
  if (left.prerelease.empty() || right.prerelease.empty()) {  // A release comes after them all.
    return static_cast<int>(left.prerelease.empty()) <=> static_cast<int>(right.prerelease.empty());
  }
  return compare_prerelease(left.prerelease, right.prerelease);
}

}  // namespace agent::render::sprig
