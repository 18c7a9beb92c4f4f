#include "agent/base/data/decimal.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <cmath>

namespace agent::render::sprig {
namespace {

using base::data::Decimal;

// No one who calculates in a manifest needs more; their product takes the square of it.
constexpr std::size_t k_most_digits = 5000;

Result<Decimal> decimal_of(double value) {
  if (!std::isfinite(value)) {
    return argument_error("Cannot create a Decimal from " + manifest::plain_real(value));
  }
  return Decimal(value);
}

using Operation = base::Status (*)(Decimal&, const Decimal&);

Result<Value> calculated(const FunctionCall& call,
                         double first,
                         std::span<const Value> others,
                         Operation operation) {
  BASE_TRY_ASSIGN(auto result, decimal_of(first));
  for (const auto& other : others) {
    BASE_TRY_ASSIGN(const auto operand, decimal_of(to_float64(other)));
    BASE_TRY(call.spend(1 + (result.digits() + operand.digits()) / 16));
    BASE_TRY(operation(result, operand));
    if (result.digits() > k_most_digits) {
      return manifest::text_too_long();
    }
  }
  return Value::real(result.to_double());
}

base::Status add(Decimal& left, const Decimal& right) {
  left.add(right);
  return base::ok();
}

base::Status subtract(Decimal& left, const Decimal& right) {
  left.subtract(right);
  return base::ok();
}

base::Status multiply(Decimal& left, const Decimal& right) {
  left.multiply(right);
  return base::ok();
}

base::Status divide(Decimal& left, const Decimal& right) {
  if (right.is_zero()) {
    return argument_error("decimal division by 0");
  }
  left.divide(right);
  return base::ok();
}

// The first argument with each of the others.
manifest::TemplateFunction from_first(Operation operation) {
  return function("vv*", [operation](const FunctionCall& call) {
    return calculated(call, to_float64(call.arguments[0]), call.arguments.subspan(1), operation);
  });
}

}  // namespace

void add_decimal_functions(FunctionTable& table) {
  table["addf"] = function(
      "v*", [](const FunctionCall& call) { return calculated(call, 0, call.arguments, add); });
  table["add1f"] = function(
      "v", [](const FunctionCall& call) { return calculated(call, 1, call.arguments, add); });
  table["subf"] = from_first(subtract);
  table["mulf"] = from_first(multiply);
  table["divf"] = from_first(divide);
}

}  // namespace agent::render::sprig
