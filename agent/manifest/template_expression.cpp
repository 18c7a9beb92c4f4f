#include "agent/manifest/template_expression.hpp"

#include "agent/manifest/template_format.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

using base::Result;

// Two variables stand in a range only, which binds them for each element.
bool is_range_declaration(const Pipeline& pipeline) {
  return pipeline.variables.size() > 1;
}

std::string shown(const Operand& operand) {
  if (!operand.fields.empty()) {
    return operand.name + "." + operand.fields.back();
  }
  if (operand.kind == OperandKind::literal) {
    BoundedText text(80);
    append_plain(text, operand.value);
    return std::move(text).take();
  }
  return operand.name.empty() ? "." : operand.name;
}

Result<Value> field_of(const Operand& operand, const Value& value, const std::string& field) {
  if (value.kind() == ValueKind::map) {
    const auto found = value.as_map().find(field);
    return found == value.as_map().end() ? Value() : found->second;
  }
  if (value.kind() == ValueKind::nil) {
    return template_error(operand.at, fmt::format("nil data; no entry for key \"{:.80}\"", field));
  }
  return template_error(
      operand.at, fmt::format("can't evaluate field {:.80} in type {}", field, value.type_name()));
}

std::string wrong_number(const std::string& name,
                         const TemplateFunction& function,
                         std::size_t given) {
  const bool exact = function.least_arguments == function.most_arguments;
  const std::size_t wanted =
      given < function.least_arguments ? function.least_arguments : function.most_arguments;
  const char* const bound = exact                              ? ""
                            : given < function.least_arguments ? "at least "
                                                               : "at most ";
  return fmt::format("wrong number of args for {}: want {}{} got {}", name, bound, wanted, given);
}

}  // namespace

Value* TemplateVariables::find(const std::string& name) {
  const auto found = std::find_if(variables_.rbegin(),
                                  variables_.rend(),
                                  [&](const auto& variable) { return variable.first == name; });
  return found == variables_.rend() ? nullptr : &found->second;
}

void TemplateVariables::assign(const std::string& name, Value value) {
  if (auto* found = find(name); found != nullptr) {
    *found = std::move(value);
  } else {
    declare(name, std::move(value));
  }
}

Result<Value> ExpressionEvaluator::evaluate(const Pipeline& pipeline, const Value& dot) {
  const Value* final_argument = nullptr;
  Value value;
  for (const auto& command : pipeline.commands) {
    BASE_TRY(budget_.charge(pipeline.at, 1));
    BASE_TRY_ASSIGN(auto next, evaluate_command(command, dot, final_argument));
    value = std::move(next);
    final_argument = &value;
  }
  for (const auto& name :
       is_range_declaration(pipeline) ? std::vector<std::string>{} : pipeline.variables) {
    if (pipeline.assigns) {
      variables_.assign(name, value);
    } else {
      variables_.declare(name, value);
    }
  }
  return value;
}

Result<Value> ExpressionEvaluator::evaluate_command(const Command& command,
                                                    const Value& dot,
                                                    const Value* final_argument) {
  const auto& first = command.operands.front();
  if (first.kind == OperandKind::function && first.fields.empty()) {
    return call(first, command, dot, final_argument);
  }
  if (command.operands.size() > 1 || final_argument != nullptr) {
    return template_error(first.at,
                          fmt::format("can't give argument to non-function {}", shown(first)));
  }
  if (first.kind == OperandKind::nil) {
    return template_error(first.at, "nil is not a command");
  }
  return evaluate_operand(first, dot);
}

Result<Value> ExpressionEvaluator::evaluate_operand(const Operand& operand, const Value& dot) {
  BASE_TRY(budget_.charge(operand.at, 1));
  BASE_TRY_ASSIGN(auto value, evaluate_term(operand, dot));
  for (const auto& field : operand.fields) {
    BASE_TRY_ASSIGN(auto inner, field_of(operand, value, field));
    value = std::move(inner);
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
      return operand.value;
    case OperandKind::variable: {
      const auto* found = variables_.find(operand.name);
      // Declared in the text before, but inside parentheses that `and` or `or` skipped.
      if (found == nullptr) {
        return template_error(operand.at, fmt::format("undefined variable: {}", operand.name));
      }
      return *found;
    }
    case OperandKind::function:
      return call(operand, Command{}, dot, nullptr);
    case OperandKind::pipeline:
      return evaluate(*operand.pipeline, dot);
  }
  return Value();
}

Result<Value> ExpressionEvaluator::call(const Operand& name,
                                        const Command& command,
                                        const Value& dot,
                                        const Value* final_argument) {
  const auto found = functions_.find(name.name);
  BASE_ASSERT(found != functions_.end());
  const auto& function = found->second;
  const std::size_t given =
      std::max<std::size_t>(command.operands.size(), 1) - 1 + (final_argument != nullptr ? 1 : 0);
  if (given < function.least_arguments || given > function.most_arguments) {
    return template_error(name.at, wrong_number(name.name, function, given));
  }
  if (name.name == "and" || name.name == "or") {
    return decide(name.name == "or", command, dot, final_argument);
  }
  std::vector<Value> arguments;
  arguments.reserve(given);
  std::size_t weight = 0;
  for (std::size_t i = 1; i < command.operands.size(); ++i) {
    BASE_TRY_ASSIGN(auto argument, evaluate_operand(command.operands[i], dot));
    arguments.push_back(std::move(argument));
  }
  if (final_argument != nullptr) {
    arguments.push_back(*final_argument);
  }
  for (const auto& argument : arguments) {
    weight += argument.weight();
  }
  BASE_TRY(budget_.charge(name.at, 1 + TemplateBudget::cost_of(weight)));
  auto result = function.call({arguments, budget_.limits().output_bytes});
  if (!result) {
    auto error = std::move(result).error();
    error.message = fmt::format(
        "template:{}:{}: {}: {}", name.at.line, name.at.column, name.name, error.message);
    return error;
  }
  BASE_TRY(budget_.charge(name.at, TemplateBudget::cost_of(result->weight())));
  return result;
}

// `and` gives its first argument that is false, `or` its first that is true, else the last; what
// follows the deciding one is not evaluated.
Result<Value> ExpressionEvaluator::decide(bool stop_at,
                                          const Command& command,
                                          const Value& dot,
                                          const Value* final_argument) {
  Value value;
  for (std::size_t i = 1; i < command.operands.size(); ++i) {
    BASE_TRY_ASSIGN(auto next, evaluate_operand(command.operands[i], dot));
    value = std::move(next);
    if (value.truth() == stop_at) {
      return value;
    }
  }
  return final_argument != nullptr ? *final_argument : value;
}

}  // namespace agent::manifest
