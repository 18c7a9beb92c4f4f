#include "agent/manifest/template_expression.hpp"

#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

bool is_chain(const Operand& operand) {
  return (operand.kind == OperandKind::function || operand.kind == OperandKind::pipeline) &&
         !operand.fields.empty();
}

}  // namespace

Value* TemplateVariables::find(const std::string& name) {
  const auto found = std::find_if(variables_.rbegin(),
                                  variables_.rend(),
                                  [&](const auto& variable) { return variable.first == name; });
  return found == variables_.rend() ? nullptr : &found->second;
}

base::Error ExpressionEvaluator::fault(std::string_view message) const {
  return execution_fault(place_, definition_, message);
}

base::Error ExpressionEvaluator::placed(base::Error error) const {
  error.message = fault(error.message).message;
  return error;
}

Status ExpressionEvaluator::charge(std::size_t cost) {
  auto status = budget_.charge(cost);
  return status ? status : Status(placed(std::move(status).error()));
}

void ExpressionEvaluator::at(const Operand& operand) {
  place_ = {is_chain(operand) ? operand.chain_at : operand.at, &operand};
}

Result<Value> ExpressionEvaluator::evaluate(const Pipeline& pipeline, const Value& dot) {
  place_ = {pipeline.at, &pipeline};
  const Value* final_argument = nullptr;
  Value value;
  for (const auto& command : pipeline.commands) {
    BASE_TRY(charge(1));
    BASE_TRY_ASSIGN(auto next, evaluate_command(command, dot, final_argument));
    value = std::move(next);
    final_argument = &value;
  }
  for (const auto& name : pipeline.variables) {
    if (pipeline.assigns) {
      BASE_TRY(assign(name, value));
    } else {
      variables_.declare(name, value);
    }
  }
  return value;
}

Status ExpressionEvaluator::assign(const std::string& name, Value value) {
  auto* const variable = variables_.find(name);
  if (variable == nullptr) {
    return fault(fmt::format("undefined variable: {}", name));
  }
  *variable = std::move(value);
  return base::ok();
}

Result<Value> ExpressionEvaluator::evaluate_command(const Command& command,
                                                    const Value& dot,
                                                    const Value* final_argument) {
  const auto& first = command.operands.front();
  const bool has_arguments = command.operands.size() > 1 || final_argument != nullptr;
  if (first.kind == OperandKind::function && first.fields.empty()) {
    return call(first, command, dot, final_argument);
  }
  if (first.fields.empty()) {
    if (first.kind != OperandKind::pipeline) {
      at(first);
    }
    if (has_arguments) {
      return fault(fmt::format(
          "can't give argument to non-function {}",
          first.kind == OperandKind::pipeline ? source_of(*first.pipeline) : source_of(first)));
    }
    if (first.kind == OperandKind::nil) {
      return fault("nil is not a command");
    }
    return evaluate_term(first, dot);
  }
  BASE_TRY_ASSIGN(auto value, evaluate_field(first, dot));
  if (has_arguments) {
    return fault(fmt::format("{} is not a method but has arguments", first.fields.back()));
  }
  return value;
}

Result<Value> ExpressionEvaluator::evaluate_argument(const Operand& operand, const Value& dot) {
  BASE_TRY(charge(1));
  at(operand);
  return operand.fields.empty() ? evaluate_term(operand, dot) : evaluate_field(operand, dot);
}

Result<Value> ExpressionEvaluator::evaluate_field(const Operand& operand, const Value& dot) {
  at(operand);
  auto inner = Result<Value>(dot);
  if (operand.kind != OperandKind::dot) {
    inner = evaluate_term(operand, dot);
  }
  if (!inner) {
    return inner;
  }
  return walk_fields(operand, *std::move(inner));
}

// A missing key gives nothing, and so does a field of nothing; a field of a nil that is there is an
// error, as for Go's interface values.
Result<Value> ExpressionEvaluator::walk_fields(const Operand& operand, Value value) {
  bool missing = value.kind() == ValueKind::nil;
  std::string_view type = value.type_name();
  for (const auto& field : operand.fields) {
    BASE_TRY(charge(1));
    if (missing) {
      continue;
    }
    if (value.kind() == ValueKind::nil) {
      return fault(fmt::format("nil pointer evaluating interface {{}}.{}", field));
    }
    if (value.kind() != ValueKind::map) {
      return fault(fmt::format("can't evaluate field {} in type {}", field, type));
    }
    const auto found = value.as_map().find(field);
    missing = found == value.as_map().end();
    auto inner = missing ? Value() : found->second;
    value = std::move(inner);
    type = "interface {}";
  }
  return value;
}

Result<Value> ExpressionEvaluator::evaluate_term(const Operand& operand, const Value& dot) {
  switch (operand.kind) {
    case OperandKind::dot:
      return dot;
    case OperandKind::nil:
      return Value();
    case OperandKind::literal:
      return evaluate_literal(operand);
    case OperandKind::variable:
      return evaluate_variable(operand);
    case OperandKind::function:
      return call(operand, Command{}, dot, nullptr);
    case OperandKind::pipeline:
      return evaluate(*operand.pipeline, dot);
  }
  return Value();
}

Result<Value> ExpressionEvaluator::evaluate_literal(const Operand& operand) const {
  if (operand.value.kind() == ValueKind::unsigned_integer) {
    return fault(fmt::format("{} overflows int", operand.source));
  }
  return operand.value;
}

Result<Value> ExpressionEvaluator::evaluate_variable(const Operand& operand) {
  const auto* found = variables_.find(operand.name);
  // Declared in the text before, but inside parentheses that `and` or `or` skipped, or by the very
  // pipeline that uses it.
  if (found == nullptr) {
    return fault(fmt::format("undefined variable: {}", operand.name));
  }
  return *found;
}

}  // namespace agent::manifest
