#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace agent::render::sprig {
namespace {

// Go's integers wrap around.
std::int64_t added(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) +
                                   static_cast<std::uint64_t>(right));
}

std::int64_t multiplied(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) *
                                   static_cast<std::uint64_t>(right));
}

std::int64_t negated(std::int64_t number) {
  return static_cast<std::int64_t>(~static_cast<std::uint64_t>(number) + 1);
}

// The arguments one after the other, the first one with `start`.
template <typename Number, typename Convert, typename Combine>
Number folded(const FunctionCall& call, Number start, Convert convert, Combine combine) {
  for (const auto& argument : call.arguments) {
    start = combine(start, convert(argument));
  }
  return start;
}

template <typename Divide>
manifest::TemplateFunction dividing(Divide divide) {
  return function("vv", [divide](const FunctionCall& call) -> Result<Value> {
    const auto divisor = to_int64(call.arguments[1]);
    if (divisor == 0) {
      return argument_error("runtime error: integer divide by zero");
    }
    return Value::int64(divide(to_int64(call.arguments[0]), divisor));
  });
}

template <typename Compute>
manifest::TemplateFunction of_real(Compute compute) {
  return function("v", [compute](const FunctionCall& call) -> Result<Value> {
    return Value::real(compute(to_float64(call.arguments[0])));
  });
}

template <typename Better>
manifest::TemplateFunction choosing(Better better) {
  return function("vv*", [better](const FunctionCall& call) -> Result<Value> {
    const auto first = to_int64(call.arguments[0]);
    return Value::int64(folded(call, first, to_int64, [better](auto best, auto next) {
      return better(next, best) ? next : best;
    }));
  });
}

// Go's math.Max and math.Min: what is no number wins.
template <typename Better>
manifest::TemplateFunction choosing_real(Better better) {
  return function("vv*", [better](const FunctionCall& call) -> Result<Value> {
    const auto first = to_float64(call.arguments[0]);
    return Value::real(folded(call, first, to_float64, [better](double best, double next) {
      return std::isnan(best) || better(best, next) ? best : next;
    }));
  });
}

// Halves, or what the third argument says, go up; so do those of negative numbers that are nearer
// to zero than that.
Result<Value> call_round(const FunctionCall& call) {
  const double at = call.arguments.size() > 2 ? call.arguments[2].as_real() : 0.5;
  const double power = std::pow(10.0, static_cast<double>(whole_at(call, 1)));
  const double scaled = power * to_float64(call.arguments[0]);
  double whole = 0;
  const double rest = std::modf(scaled, &whole);
  return Value::real((rest >= at ? std::ceil(scaled) : std::floor(scaled)) / power);
}

// Reads octal digits, and gives 0 for what is none.
Result<Value> call_to_decimal(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, to_text(call, call.arguments[0]));
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.substr(1).starts_with('-')) {
    digits.remove_prefix(1);
  }
  std::int64_t number = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 8);
  const bool whole = fault == std::errc() && end == digits.data() + digits.size();
  return Value::int64(whole ? number : 0);
}

// --- ranges
// ----------------------------------------------------------------------------------------

struct Range {
  std::int64_t start = 0;
  std::int64_t stop = 0;  // Outside of it.
  std::int64_t step = 1;
};

// In 64 bits without a sign, which hold every distance between two numbers.
std::uint64_t count_of(const Range& range) {
  const auto start = static_cast<std::uint64_t>(range.start);
  const auto stop = static_cast<std::uint64_t>(range.stop);
  const auto step = static_cast<std::uint64_t>(range.step);
  if (range.step > 0 && range.stop > range.start) {
    return (stop - start - 1) / step + 1;
  }
  if (range.step < 0 && range.stop < range.start) {
    return (start - stop - 1) / (~step + 1) + 1;
  }
  return 0;
}

template <typename Take>
base::Status each_of(const FunctionCall& call, const Range& range, Take take) {
  const auto count = count_of(range);
  BASE_TRY(call.spend(count));
  auto number = range.start;
  for (std::uint64_t i = 0; i < count; ++i) {
    take(number);
    number = added(number, range.step);
  }
  return base::ok();
}

Result<Value> list_of(const FunctionCall& call, const Range& range) {
  ValueList numbers;
  BASE_TRY(each_of(
      call, range, [&](std::int64_t number) { numbers.push_back(Value::integer(number)); }));
  return Value::list(std::move(numbers)).as_type(GoType::ints);
}

Result<Value> call_until(const FunctionCall& call) {
  const auto stop = whole_at(call, 0);
  return list_of(call, {0, stop, stop < 0 ? -1 : 1});
}

Result<Value> call_until_step(const FunctionCall& call) {
  return list_of(call, {whole_at(call, 0), whole_at(call, 1), whole_at(call, 2)});
}

// As the command of that name: LAST, FIRST LAST, or FIRST STEP LAST; both ends are in it.
Result<Value> call_seq(const FunctionCall& call) {
  const auto count = call.arguments.size();
  if (count == 0 || count > 3) {
    return Value::text("");
  }
  const auto first = count == 1 ? 1 : whole_at(call, 0);
  const auto last = whole_at(call, count - 1);
  const std::int64_t direction = last < first ? -1 : 1;
  const auto step = count == 3 ? whole_at(call, 1) : direction;
  if (direction < 0 && step > 0) {
    return Value::text("");
  }
  BoundedText out(call.max_bytes);
  BASE_TRY(each_of(call, {first, added(last, direction), step}, [&](std::int64_t number) {
    out.append(out.size() == 0 ? "" : " ");
    out.append(std::to_string(number));
  }));
  return text_value(std::move(out));
}

void add_ranges(FunctionTable& table) {
  table["until"] = function("i", call_until);
  table["untilStep"] = function("iii", call_until_step);
  table["seq"] = function("i*", call_seq);
}

void add_arithmetic(FunctionTable& table) {
  table["add"] = function("v*", [](const FunctionCall& call) -> Result<Value> {
    return Value::int64(folded(call, std::int64_t{0}, to_int64, added));
  });
  table["add1"] = function("v", [](const FunctionCall& call) -> Result<Value> {
    return Value::int64(added(to_int64(call.arguments[0]), 1));
  });
  table["sub"] = function("vv", [](const FunctionCall& call) -> Result<Value> {
    return Value::int64(added(to_int64(call.arguments[0]), negated(to_int64(call.arguments[1]))));
  });
  table["mul"] = function("vv*", [](const FunctionCall& call) -> Result<Value> {
    return Value::int64(folded(call, std::int64_t{1}, to_int64, multiplied));
  });
  // The quotient of the smallest number and -1 does not fit, which a processor answers with a trap.
  table["div"] = dividing([](std::int64_t left, std::int64_t right) {
    return right == -1 ? negated(left) : left / right;
  });
  table["mod"] = dividing(
      [](std::int64_t left, std::int64_t right) { return right == -1 ? 0 : left % right; });
}

}  // namespace

void add_number_functions(FunctionTable& table) {
  add_arithmetic(table);
  add_ranges(table);
  table["int"] = function("v", [](const FunctionCall& call) -> Result<Value> {
    return Value::integer(to_int64(call.arguments[0]));
  });
  table["int64"] = function("v", [](const FunctionCall& call) -> Result<Value> {
    return Value::int64(to_int64(call.arguments[0]));
  });
  table["float64"] = of_real([](double value) { return value; });
  table["ceil"] = of_real([](double value) { return std::ceil(value); });
  table["floor"] = of_real([](double value) { return std::floor(value); });
  table["round"] = function("vif*", call_round);
  table["max"] = choosing([](std::int64_t next, std::int64_t best) { return next > best; });
  table["biggest"] = table["max"];
  table["min"] = choosing([](std::int64_t next, std::int64_t best) { return next < best; });
  table["maxf"] = choosing_real([](double best, double next) { return best >= next; });
  table["minf"] = choosing_real([](double best, double next) { return best <= next; });
  table["toDecimal"] = function("v", call_to_decimal);
}

}  // namespace agent::render::sprig
