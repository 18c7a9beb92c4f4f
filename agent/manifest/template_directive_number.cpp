#include "agent/manifest/template_directive.hpp"
#include "agent/manifest/template_literal.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace agent::manifest {
namespace {

constexpr int k_most_digits = 1000;

std::string_view sign_of(const Directive& directive, bool negative) {
  return negative ? "-" : directive.plus ? "+" : directive.blank ? " " : "";
}

struct Radix {
  std::string digits;
  std::string_view prefix;
};

std::optional<Radix> in_radix(const Directive& directive, std::uint64_t magnitude) {
  const auto prefix = [&directive](std::string_view text) {
    return directive.sharp ? text : std::string_view();
  };
  switch (directive.verb) {
    case 'v':
    case 'd':
      return Radix{std::to_string(magnitude), ""};
    case 'b':
      return Radix{fmt::format("{:b}", magnitude), prefix("0b")};
    case 'o':
      return Radix{fmt::format("{:o}", magnitude), prefix("0")};
    case 'O':
      return Radix{fmt::format("{:o}", magnitude), "0o"};
    case 'x':
      return Radix{fmt::format("{:x}", magnitude), prefix("0x")};
    case 'X':
      return Radix{fmt::format("{:X}", magnitude), prefix("0X")};
    default:
      return std::nullopt;
  }
}

void append_digits(BoundedText& out, Directive directive, bool negative, Radix number) {
  const auto sign = sign_of(directive, negative);
  std::size_t least = 0;
  if (directive.precision) {
    if (*directive.precision == 0 && number.digits == "0") {
      directive.zero = false;
      append_padded(out, directive, "");
      return;
    }
    least = static_cast<std::size_t>(std::min(*directive.precision, k_most_digits));
  } else if (directive.zero && directive.width) {
    const auto width = static_cast<std::size_t>(*directive.width);
    const std::size_t missing =
        width - std::min(width, number.digits.size() + (sign.empty() ? 0 : 1));
    out.append(sign);
    out.append(number.prefix);
    out.append(missing, '0');
    out.append(number.digits);
    return;
  }
  const std::size_t missing = least - std::min(least, number.digits.size());
  const bool is_octal = number.prefix == "0" && (missing > 0 || number.digits[0] == '0');
  directive.zero = false;
  append_padded(
      out,
      directive,
      fmt::format(
          "{}{}{:0>{}}{}", sign, is_octal ? "" : number.prefix, "", missing, number.digits));
}

bool append_character(BoundedText& out, Directive directive, std::uint64_t magnitude) {
  const auto code = static_cast<char32_t>(magnitude > 0x10FFFF ? 0xFFFD : magnitude);
  const auto style = directive.plus ? QuoteStyle::ascii : QuoteStyle::as_is;
  std::string text;
  switch (directive.verb) {
    case 'c':
      append_utf8(text, code);
      break;
    case 'q':
      text = quoted_character(code, style);
      break;
    case 'U': {
      const int least = std::clamp(directive.precision.value_or(4), 4, k_most_digits);
      text = fmt::format("U+{:0{}X}", magnitude, least);
      if (directive.sharp && magnitude <= 0x10FFFF && is_printable(code)) {
        text += " '";
        append_utf8(text, code);
        text += "'";
      }
      directive.zero = false;
      break;
    }
    default:
      return false;
  }
  append_padded(out, directive, text);
  return true;
}

// %x: the mantissa in hexadecimal and an exponent of 2 with two digits at least.
std::string hexadecimal(double value, std::optional<int> precision, bool upper) {
  const auto mantissa = precision
                            ? fmt::format("{:.{}a}", value, std::min(*precision, k_most_digits))
                            : fmt::format("{:a}", value);
  const std::size_t mark = mantissa.find('p');
  auto text = mantissa.substr(0, mark + 2);
  const auto exponent = mantissa.substr(mark + 2);
  text += (exponent.size() < 2 ? "0" : "") + exponent;
  if (upper) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
  }
  return text;
}

// %b: the mantissa as a whole number and an exponent of 2.
std::string binary(double value) {
  constexpr int k_mantissa = std::numeric_limits<double>::digits;
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, k_mantissa));
  exponent = value == 0 ? -1074 : exponent - k_mantissa;
  return fmt::format("{}p{:+}", mantissa, exponent);
}

std::optional<std::string> real_digits(const Directive& directive, double magnitude) {
  const int precision = std::min(directive.precision.value_or(6), k_most_digits);
  switch (directive.verb) {
    case 'f':
    case 'F':
      return directive.sharp ? fmt::format("{:#.{}f}", magnitude, precision)
                             : fmt::format("{:.{}f}", magnitude, precision);
    case 'e':
      return fmt::format("{:.{}e}", magnitude, precision);
    case 'E':
      return fmt::format("{:.{}E}", magnitude, precision);
    case 'v':
    case 'g':
      return directive.precision ? fmt::format("{:.{}g}", magnitude, precision)
                                 : plain_real(magnitude);
    case 'G': {
      auto text = directive.precision ? fmt::format("{:.{}g}", magnitude, precision)
                                      : plain_real(magnitude);
      std::replace(text.begin(), text.end(), 'e', 'E');
      return text;
    }
    case 'x':
    case 'X':
      return hexadecimal(magnitude, directive.precision, directive.verb == 'X');
    case 'b':
      return binary(magnitude);
    default:
      return std::nullopt;
  }
}

}  // namespace

bool append_whole(BoundedText& out,
                  const Directive& directive,
                  bool negative,
                  std::uint64_t magnitude) {
  auto number = in_radix(directive, magnitude);
  if (!number) {
    return append_character(out, directive, negative ? ~magnitude + 1 : magnitude);
  }
  append_digits(out, directive, negative, *std::move(number));
  return true;
}

bool append_real(BoundedText& out, const Directive& directive, double value) {
  const bool finite = std::isfinite(value);
  auto digits = real_digits(directive, std::abs(finite ? value : 0));
  if (!digits) {
    return false;
  }
  if (!finite) {
    auto blank_padded = directive;
    blank_padded.zero = false;
    const auto sign = sign_of(directive, value < 0);
    append_padded(
        out,
        blank_padded,
        std::isnan(value) ? "NaN" : fmt::format("{}Inf", value > 0 && sign.empty() ? "+" : sign));
    return true;
  }
  const auto sign = sign_of(directive, std::signbit(value));
  if (directive.zero && directive.width && !sign.empty()) {
    auto rest = directive;
    rest.width = std::max(*directive.width - 1, 0);
    out.append(sign);
    append_padded(out, rest, *digits);
    return true;
  }
  append_padded(out, directive, fmt::format("{}{}", sign, *digits));
  return true;
}

}  // namespace agent::manifest
