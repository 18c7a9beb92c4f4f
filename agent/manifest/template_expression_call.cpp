#include "agent/manifest/template_expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

// Deeper values could not be printed or destroyed within the stack.
constexpr int k_most_depth = 50;

char parameter_at(const TemplateFunction& function, std::size_t position) {
  const auto parameters = function.parameters;
  return parameters.empty() ? 'v' : parameters[std::min(position, parameters.size() - 1)];
}

ValueKind kind_of(char parameter) {
  switch (parameter) {
    case 's':
      return ValueKind::text;
    case 'i':
      return ValueKind::integer;
    case 'f':
      return ValueKind::real;
    case 'b':
      return ValueKind::boolean;
    case 'd':
      return ValueKind::map;
    case 't':
      return ValueKind::time;
    default:
      return ValueKind::nil;
  }
}

std::string_view go_name(char parameter) {
  switch (parameter) {
    case 's':
      return "string";
    case 'i':
      return "int";
    case 'f':
      return "float64";
    case 'b':
      return "bool";
    case 'd':
      return "map[string]interface {}";
    case 't':
      return "time.Time";
    default:
      return "interface {}";
  }
}

// An untyped constant of Go takes the type that is wanted when it has such a value: 2.0 is an int.
Value constant_as(char parameter, const Value& value) {
  if (parameter == 'i' && value.kind() == ValueKind::real &&
      std::trunc(value.as_real()) == value.as_real() && std::abs(value.as_real()) < 0x1p63) {
    return Value::integer(static_cast<std::int64_t>(value.as_real()));
  }
  if (parameter == 'f' && value.kind() == ValueKind::integer) {
    return Value::real(static_cast<double>(value.as_integer()));
  }
  return value;
}

// The dict with something else at the end of the path. What is no dict on the way stays.
Value with_replaced(const Value& dict, std::span<const std::string> path, const Value& value) {
  if (path.empty()) {
    return value;
  }
  if (dict.kind() != ValueKind::map || !dict.as_map().contains(path[0])) {
    return dict;
  }
  auto entries = dict.as_map();
  auto& entry = entries.at(path[0]);
  entry = with_replaced(entry, path.subspan(1), value);
  return Value::map(std::move(entries)).as_type(dict.go_type());
}

}  // namespace

Result<Value> ExpressionEvaluator::call(const Operand& name,
                                        const Command& command,
                                        const Value& dot,
                                        const Value* final_argument) {
  const auto found = functions_.find(name.name);
  BASE_ASSERT(found != functions_.end());
  const auto& function = found->second;
  place_ = {name.at, &name};
  BASE_TRY(check_count(name, function, command, final_argument));
  if (name.name == "and" || name.name == "or") {
    return decide(name.name == "or", command, dot, final_argument);
  }
  BASE_TRY_ASSIGN(const auto arguments, evaluate_arguments(function, command, dot, final_argument));
  return invoke(name, function, command, arguments);
}

Status ExpressionEvaluator::check_count(const Operand& name,
                                        const TemplateFunction& function,
                                        const Command& command,
                                        const Value* final_argument) const {
  const std::size_t written = std::max<std::size_t>(command.operands.size(), 1) - 1;
  const std::size_t given = written + (final_argument != nullptr ? 1 : 0);
  if (function.least_arguments == function.most_arguments && given != function.least_arguments) {
    return fault(fmt::format(
        "wrong number of args for {}: want {} got {}", name.name, function.least_arguments, given));
  }
  if (given < function.least_arguments) {
    return fault(fmt::format("wrong number of args for {}: want at least {} got {}",
                             name.name,
                             function.least_arguments,
                             written));
  }
  if (given > function.most_arguments) {
    return fault(fmt::format("wrong number of args for {}: want at most {} got {}",
                             name.name,
                             function.most_arguments,
                             given));
  }
  return base::ok();
}

Result<std::vector<Value>> ExpressionEvaluator::evaluate_arguments(const TemplateFunction& function,
                                                                   const Command& command,
                                                                   const Value& dot,
                                                                   const Value* final_argument) {
  std::vector<Value> arguments;
  for (std::size_t i = 1; i < command.operands.size(); ++i) {
    const char parameter = parameter_at(function, i - 1);
    BASE_TRY_ASSIGN(auto argument,
                    parameter == 'v' ? evaluate_argument(command.operands[i], dot)
                                     : evaluate_typed(parameter, command.operands[i], dot));
    arguments.push_back(std::move(argument));
  }
  if (final_argument != nullptr) {
    BASE_TRY_ASSIGN(auto argument,
                    checked(parameter_at(function, arguments.size()), *final_argument));
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

Result<Value> ExpressionEvaluator::evaluate_typed(char parameter,
                                                  const Operand& operand,
                                                  const Value& dot) {
  BASE_TRY_ASSIGN(auto value, evaluate_argument(operand, dot));
  if (operand.kind == OperandKind::nil) {
    if (parameter == 'd') {
      return Value::map({});
    }
    return fault(fmt::format("cannot assign nil to {}", go_name(parameter)));
  }
  if (operand.kind == OperandKind::literal) {
    BASE_TRY(check_literal(parameter, operand));
    return constant_as(parameter, value);
  }
  return checked(parameter, value);
}

Status ExpressionEvaluator::check_literal(char parameter, const Operand& operand) const {
  if (parameter == 'd' || parameter == 't') {
    return fault(
        fmt::format("can't handle {} for arg of type {}", operand.source, go_name(parameter)));
  }
  if (constant_as(parameter, operand.value).kind() == kind_of(parameter)) {
    return base::ok();
  }
  const auto wanted = parameter == 'i'   ? "integer"
                      : parameter == 'f' ? "float"
                                         : go_name(parameter);
  return fault(fmt::format("expected {}; found {}", wanted, operand.source));
}

Result<Value> ExpressionEvaluator::checked(char parameter, const Value& value) const {
  const auto wanted = go_name(parameter);
  if (parameter == 'v' || value.type_name() == wanted) {
    return value;
  }
  if (value.kind() != ValueKind::nil) {
    return fault(
        fmt::format("wrong type for value; expected {}; got {}", wanted, value.type_name()));
  }
  if (parameter == 'd') {
    return Value::map({});
  }
  return fault(fmt::format("invalid value; expected {}", wanted));
}

Result<Value> ExpressionEvaluator::invoke(const Operand& name,
                                          const TemplateFunction& function,
                                          const Command& command,
                                          const std::vector<Value>& arguments) {
  const auto weight = std::accumulate(
      arguments.begin(), arguments.end(), std::size_t{0}, [](std::size_t sum, const Value& value) {
        return sum + value.weight();
      });
  BASE_TRY(charge(1 + TemplateBudget::cost_of(weight)));
  std::size_t left = budget_.left();
  auto result = function.call({arguments, budget_.limits().output_bytes, &left});
  budget_.set_left(left);
  if (result && result->depth() > k_most_depth) {
    result = TemplateBudget::exceeded(
        fmt::format("lists and dicts nested deeper than {} levels", k_most_depth));
  }
  if (result && result->weight() > budget_.limits().output_bytes) {
    result = text_too_long();
  }
  if (!result) {
    if (!command.operands.empty()) {
      place_ = {command.at, &command};
    } else {
      place_ = {name.at, &name};
    }
    auto error = std::move(result).error();
    error.message = fmt::format("error calling {}: {}", name.name, error.message);
    return placed(std::move(error));
  }
  BASE_TRY(charge(TemplateBudget::cost_of(result->weight())));
  if (function.replaces_first && command.operands.size() > 1) {
    BASE_TRY(replace(command.operands[1], *result));
  }
  return result;
}

Status ExpressionEvaluator::replace(const Operand& operand, const Value& value) {
  if (operand.kind != OperandKind::variable) {
    return base::ok();  // Nobody could look at it again.
  }
  auto* const variable = variables_.find(operand.name);
  BASE_ASSERT(variable != nullptr);  // It was an argument.
  BASE_TRY(charge(TemplateBudget::cost_of(variable->weight())));
  *variable = with_replaced(*variable, operand.fields, value);
  return base::ok();
}

// `and` gives its first argument that is false, `or` its first that is true, else the last; what
// follows the deciding one is not evaluated.
Result<Value> ExpressionEvaluator::decide(bool stop_at,
                                          const Command& command,
                                          const Value& dot,
                                          const Value* final_argument) {
  Value value;
  for (std::size_t i = 1; i < command.operands.size(); ++i) {
    BASE_TRY_ASSIGN(auto next, evaluate_argument(command.operands[i], dot));
    value = std::move(next);
    if (value.truth() == stop_at) {
      return value;
    }
  }
  return final_argument != nullptr ? *final_argument : value;
}

}  // namespace agent::manifest
