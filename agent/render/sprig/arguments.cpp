#include "agent/render/sprig/arguments.hpp"

#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace agent::render::sprig {
namespace {

// Of "12.00" the zeros after the point, and the point.
std::string_view without_zero_decimals(std::string_view text) {
  const auto last = text.find_last_not_of('0');
  const bool zeros_after_point =
      last != std::string_view::npos && text[last] == '.' && last + 1 < text.size();
  return zeros_after_point ? text.substr(0, last) : text;
}

// As a processor's conversion does it, out of range as well.
std::int64_t truncated(double value) {
  const bool fits = value > -0x1p63 && value < 0x1p63;
  return fits ? static_cast<std::int64_t>(value) : std::numeric_limits<std::int64_t>::min();
}

double parsed_real(std::string_view text) {
  if (text.find_first_of("xX") != std::string_view::npos) {
    const auto number = manifest::parse_number(text);
    const bool fits = number && number->kind() == ValueKind::real;
    return fits ? number->as_real() : 0;
  }
  auto digits = text;
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
    if (digits.starts_with('-')) {
      return 0;
    }
  }
  const bool nan_of_c = digits.find('(') != std::string_view::npos;
  double value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = fault == std::errc() && end == digits.data() + digits.size() && !nan_of_c;
  return whole ? value : 0;
}

void append_key(BoundedText& out, const Value& value) {
  if (out.overflowed()) {
    return;
  }
  out.append(value.type_name());
  out.append(":");
  if (value.kind() == ValueKind::list) {
    out.append(std::to_string(value.size()));
    for (const auto& element : value.as_list()) {
      out.append(",");
      append_key(out, element);
    }
  } else if (value.kind() == ValueKind::map) {
    out.append(std::to_string(value.size()));
    for (const auto& [name, element] : value.as_map()) {
      out.append(fmt::format(",{}:{}", name.size(), name));
      append_key(out, element);
    }
  } else if (value.kind() == ValueKind::text) {
    out.append(fmt::format("{}:{}", value.size(), value.as_text()));
  } else {
    append_plain(out, value);
  }
}

}  // namespace

manifest::TemplateFunction function(std::string_view parameters,
                                    std::function<Result<Value>(const FunctionCall&)> call) {
  const bool repeats = parameters.ends_with('*');
  if (repeats) {
    parameters.remove_suffix(1);
  }
  const auto least = parameters.size() - (repeats ? 1 : 0);
  return {least,
          repeats ? manifest::TemplateFunction::k_any_number : least,
          std::move(call),
          parameters};
}

manifest::TemplateFunction of_text(std::function<std::string(std::string_view)> compute) {
  return function("s", [compute = std::move(compute)](const FunctionCall& call) -> Result<Value> {
    return Value::text(compute(text_at(call, 0)));
  });
}

Result<const ValueList*> list_at(const FunctionCall& call,
                                 std::size_t position,
                                 std::string_view verb) {
  const auto& value = call.arguments[position];
  if (value.kind() != ValueKind::list) {
    return argument_error(fmt::format("Cannot {} on type {}", verb, kind_name(value)));
  }
  return &value.as_list();
}

std::int64_t to_int64(const Value& value) {
  switch (value.kind()) {
    case ValueKind::boolean:
      return value.as_boolean() ? 1 : 0;
    case ValueKind::integer:
      return value.as_integer();
    case ValueKind::unsigned_integer:
      return static_cast<std::int64_t>(value.as_unsigned());
    case ValueKind::real:
      return truncated(value.as_real());
    case ValueKind::text: {
      const auto number = manifest::parse_number(without_zero_decimals(value.as_text()));
      return number && number->kind() == ValueKind::integer ? number->as_integer() : 0;
    }
    case ValueKind::nil:
    case ValueKind::list:
    case ValueKind::map:
    case ValueKind::time:
      break;
  }
  return 0;
}

double to_float64(const Value& value) {
  if (value.kind() == ValueKind::real) {
    return value.as_real();
  }
  if (value.kind() == ValueKind::text) {
    return parsed_real(value.as_text());
  }
  if (value.kind() == ValueKind::unsigned_integer) {
    return static_cast<double>(value.as_unsigned());
  }
  return static_cast<double>(to_int64(value));
}

Result<std::string> to_text(const FunctionCall& call, const Value& value) {
  if (value.kind() == ValueKind::text) {
    return value.as_text();
  }
  BoundedText out(call.max_bytes);
  append_plain(out, value);
  BASE_TRY_ASSIGN(const auto text, text_value(std::move(out)));
  return text.as_text();
}

Result<Value> text_value(BoundedText out) {
  if (out.overflowed()) {
    return manifest::text_too_long();
  }
  return Value::text(std::move(out).take());
}

bool is_empty(const Value& value) {
  return !value.truth();
}

std::string_view kind_name(const Value& value) {
  switch (value.kind()) {
    case ValueKind::nil:
      return "invalid";
    case ValueKind::list:
      return "slice";
    case ValueKind::map:
      return value.go_type() == GoType::version ? "ptr" : "map";
    case ValueKind::time:
      return "struct";
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::real:
    case ValueKind::text:
      break;
  }
  return value.type_name();
}

Result<std::string> equality_key(const FunctionCall& call, const Value& value) {
  BoundedText out(call.max_bytes);
  append_key(out, value);
  BASE_TRY(call.spend(out.size() / 64));
  BASE_TRY_ASSIGN(const auto text, text_value(std::move(out)));
  return text.as_text();
}

}  // namespace agent::render::sprig
