#include "agent/manifest/scalars.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/manifest/template_literal.hpp"
#include "agent/render/arguments.hpp"
#include "agent/render/functions.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace agent::render {
namespace {

using base::Result;
using manifest::argument_error;
using manifest::FunctionCall;
using manifest::Value;
using manifest::ValueKind;

// A number, or text that is one: other functions give numbers as text.
Result<Value> number_argument(const FunctionCall& call, std::size_t position) {
  const auto& value = call.arguments[position];
  if (value.kind() == ValueKind::integer || value.kind() == ValueKind::real) {
    return value;
  }
  if (value.kind() == ValueKind::unsigned_integer &&
      value.as_unsigned() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return Value::integer(static_cast<std::int64_t>(value.as_unsigned()));
  }
  if (value.kind() == ValueKind::text) {
    if (const auto whole = manifest::parse_signed(value.as_text())) {
      return Value::integer(*whole);
    }
    if (const auto number = manifest::parse_number(value.as_text());
        number && number->kind() == ValueKind::real) {
      return *number;
    }
  }
  return argument_error(fmt::format("argument {} must be a number", position + 1));
}

double as_double(const Value& value) {
  return value.kind() == ValueKind::real ? value.as_real()
                                         : static_cast<double>(value.as_integer());
}

// Whole unless one of the two is not. `whole` gives nothing when the result does not fit.
template <typename Whole, typename Real>
manifest::TemplateFunction arithmetic(Whole whole, Real real) {
  return {2, 2, [whole, real](const FunctionCall& call) -> Result<Value> {
            BASE_TRY_ASSIGN(const auto left, number_argument(call, 0));
            BASE_TRY_ASSIGN(const auto right, number_argument(call, 1));
            if (left.kind() == ValueKind::real || right.kind() == ValueKind::real) {
              return Value::real(real(as_double(left), as_double(right)));
            }
            const auto result = whole(left.as_integer(), right.as_integer());
            if (!result) {
              return argument_error("division by zero, or the result is too large");
            }
            return Value::integer(*result);
          }};
}

using Whole = std::optional<std::int64_t>;

Whole add(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  return __builtin_add_overflow(left, right, &result) ? std::nullopt : Whole(result);
}

Whole subtract(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  return __builtin_sub_overflow(left, right, &result) ? std::nullopt : Whole(result);
}

Whole multiply(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  return __builtin_mul_overflow(left, right, &result) ? std::nullopt : Whole(result);
}

Whole divide(std::int64_t left, std::int64_t right) {
  if (right == 0 || (right == -1 && left == std::numeric_limits<std::int64_t>::min())) {
    return std::nullopt;
  }
  return left / right;
}

Result<Value> call_parse_bool(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
  const auto value = manifest::parse_boolean(text);
  if (!value) {
    return argument_error("the text must be true, false, 1 or 0");
  }
  return Value::boolean(*value);
}

Result<Value> call_parse_float(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto value, number_argument(call, 0));
  return Value::real(as_double(value));
}

// The base of an integer: the second argument, 10 without one.
Result<int> base_argument(const FunctionCall& call) {
  if (call.arguments.size() < 2) {
    return 10;
  }
  BASE_TRY_ASSIGN(const auto base, number_argument(call, 1));
  if (base.kind() != ValueKind::integer || base.as_integer() < 2 || base.as_integer() > 36) {
    return argument_error("the base must be from 2 to 36");
  }
  return static_cast<int>(base.as_integer());
}

template <typename Number, typename Make>
manifest::TemplateFunction parsing(Make make) {
  return {1, 2, [make](const FunctionCall& call) -> Result<Value> {
            BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
            BASE_TRY_ASSIGN(const int base, base_argument(call));
            Number number = 0;
            const auto [end, fault] =
                std::from_chars(text.data(), text.data() + text.size(), number, base);
            if (fault != std::errc() || end != text.data() + text.size()) {
              return argument_error("the text must be a whole number");
            }
            return make(number);
          }};
}

// Four significant digits and a decimal unit: "2.746 MB".
Result<Value> call_human_size(const FunctionCall& call) {
  constexpr std::array<const char*, 9> k_units = {
      "B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
  BASE_TRY_ASSIGN(const auto number, number_argument(call, 0));
  double size = as_double(number);
  std::size_t unit = 0;
  while (size >= 1000 && unit + 1 < k_units.size()) {
    size /= 1000;
    ++unit;
  }
  return Value::text(fmt::format("{:.4g} {}", size, k_units.at(unit)));
}

}  // namespace

void add_number_functions(manifest::FunctionTable& table) {
  table["Add"] = arithmetic(add, [](double left, double right) { return left + right; });
  table["Sub"] = arithmetic(subtract, [](double left, double right) { return left - right; });
  table["Mult"] = arithmetic(multiply, [](double left, double right) { return left * right; });
  table["Div"] = arithmetic(divide, [](double left, double right) { return left / right; });
  table["ParseBool"] = {1, 1, call_parse_bool};
  table["ParseFloat"] = {1, 1, call_parse_float};
  table["ParseInt"] = parsing<std::int64_t>([](std::int64_t n) { return Value::integer(n); });
  table["ParseUint"] =
      parsing<std::uint64_t>([](std::uint64_t n) { return Value::unsigned_integer(n); });
  table["HumanSize"] = {1, 1, call_human_size};
}

}  // namespace agent::render
