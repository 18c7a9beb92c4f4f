#include "agent/manifest/template_evaluator.hpp"

#include "agent/manifest/template_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::manifest {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::Status;

constexpr std::size_t k_bytes_per_step = 64;

struct Variable {
  std::string name;
  Value value;
};

class Evaluator {
 public:
  Evaluator(const ParsedTemplate& parsed,
            const FunctionTable& functions,
            const TemplateLimits& limits)
      : parsed_(parsed), functions_(functions), limits_(limits), out_(limits.output_bytes) {}

  Result<std::string> run(const Value& dot) {
    variables_ = {{"$", dot}};
    BASE_TRY(walk(parsed_.root, dot));
    return std::move(out_).take();
  }

 private:
  static Error limit_reached(TemplateLocation at, std::string_view what) {
    auto error = template_error(at, what);
    error.code = ErrorCode::too_large;
    error.reason = "template_limit";
    error.hint = "Make the template's loops and texts smaller.";
    return error;
  }

  Status charge(TemplateLocation at, std::size_t cost) {
    auto& spent = limits_.spent != nullptr ? *limits_.spent : steps_;
    if (spent > limits_.steps || cost > limits_.steps - spent) {
      return limit_reached(at, fmt::format("more than {} steps", limits_.steps));
    }
    spent += cost;
    return base::ok();
  }

  Status emit(TemplateLocation at, std::string_view text) {
    BASE_TRY(charge(at, text.size() / k_bytes_per_step));
    out_.append(text);
    return check_output(at);
  }

  [[nodiscard]] Status check_output(TemplateLocation at) const {
    if (out_.overflowed()) {
      return limit_reached(at, fmt::format("more than {} bytes of output", limits_.output_bytes));
    }
    return base::ok();
  }

  Status walk(const NodeList& nodes, const Value& dot) {
    for (const auto& node : nodes) {
      BASE_TRY(walk_node(node, dot));
    }
    return base::ok();
  }

  Status walk_node(const Node& node, const Value& dot) {
    if (const auto* text = std::get_if<TextNode>(&node.content)) {
      BASE_TRY(charge({}, 1));
      return emit({}, text->text);
    }
    if (const auto* action = std::get_if<ActionNode>(&node.content)) {
      return walk_action(*action, dot);
    }
    if (const auto* branch = std::get_if<BranchNode>(&node.content)) {
      return branch->kind == BranchKind::range ? walk_range(*branch, dot)
                                               : walk_branch(*branch, dot);
    }
    return walk_template(*std::get_if<TemplateNode>(&node.content), dot);
  }

  Status walk_action(const ActionNode& action, const Value& dot) {
    BASE_TRY_ASSIGN(const auto value, evaluate(action.pipeline, dot));
    if (!action.pipeline.variables.empty()) {
      return base::ok();  // A declaration prints nothing.
    }
    if (value.kind() == ValueKind::nil) {
      return emit(action.pipeline.at, "<no value>");
    }
    BASE_TRY(charge(action.pipeline.at, value.weight() / k_bytes_per_step));
    append_plain(out_, value);
    return check_output(action.pipeline.at);
  }

  Status walk_branch(const BranchNode& branch, const Value& dot) {
    const std::size_t visible = variables_.size();
    BASE_TRY_ASSIGN(const auto value, evaluate(branch.pipeline, dot));
    const bool rebinds = branch.kind == BranchKind::with;
    if (value.truth()) {
      BASE_TRY(walk(branch.body, rebinds ? value : dot));
    } else {
      BASE_TRY(walk(branch.otherwise, dot));
    }
    variables_.resize(visible);
    return base::ok();
  }

  Status walk_range(const BranchNode& branch, const Value& dot) {
    const std::size_t visible = variables_.size();
    BASE_TRY_ASSIGN(const auto value, evaluate(branch.pipeline, dot));
    variables_.resize(visible);
    bool any = false;
    const auto step = [&](Value key, const Value& element) -> Status {
      any = true;
      BASE_TRY(charge(branch.pipeline.at, 1));
      bind_range(branch.pipeline, std::move(key), element);
      BASE_TRY(walk(branch.body, element));
      variables_.resize(visible);
      return base::ok();
    };
    if (value.kind() == ValueKind::list) {
      std::int64_t index = 0;
      for (const auto& element : value.as_list()) {
        BASE_TRY(step(Value::integer(index++), element));
      }
    } else if (value.kind() == ValueKind::map) {
      for (const auto& [key, element] : value.as_map()) {
        BASE_TRY(step(Value::text(key), element));
      }
    } else if (value.kind() != ValueKind::nil) {
      return template_error(branch.pipeline.at,
                            fmt::format("range can't iterate over a {}", value.type_name()));
    }
    return any ? base::ok() : walk(branch.otherwise, dot);
  }

  void bind_range(const Pipeline& pipeline, Value key, const Value& element) {
    const auto bind = [&](const std::string& name, Value value) {
      if (pipeline.assigns) {
        assign(name, std::move(value));
      } else {
        variables_.push_back({name, std::move(value)});
      }
    };
    if (pipeline.variables.size() == 1) {
      bind(pipeline.variables[0], element);
    } else if (pipeline.variables.size() == 2) {
      bind(pipeline.variables[0], std::move(key));
      bind(pipeline.variables[1], element);
    }
  }

  Status walk_template(const TemplateNode& call, const Value& dot) {
    const auto found = parsed_.definitions.find(call.name);
    if (found == parsed_.definitions.end()) {
      return template_error(call.at, fmt::format("template \"{:.80}\" not defined", call.name));
    }
    if (depth_ >= limits_.depth) {
      return limit_reached(
          call.at, fmt::format("templates call each other more than {} deep", limits_.depth));
    }
    BASE_TRY(charge(call.at, 1));
    Value argument;
    if (call.argument) {
      BASE_TRY_ASSIGN(argument, evaluate(*call.argument, dot));
    }
    auto outer = std::exchange(variables_, {{"$", argument}});
    ++depth_;
    BASE_TRY(walk(found->second, argument));
    --depth_;
    variables_ = std::move(outer);
    return base::ok();
  }

  void assign(const std::string& name, Value value) {
    const auto found =
        std::find_if(variables_.rbegin(), variables_.rend(), [&](const Variable& variable) {
          return variable.name == name;
        });
    if (found != variables_.rend()) {
      found->value = std::move(value);
    } else {
      variables_.push_back({name, std::move(value)});
    }
  }

  Result<Value> evaluate(const Pipeline& pipeline, const Value& dot) {
    const Value* final_argument = nullptr;
    Value value;
    for (const auto& command : pipeline.commands) {
      BASE_TRY(charge(pipeline.at, 1));
      BASE_TRY_ASSIGN(auto next, evaluate_command(command, dot, final_argument));
      value = std::move(next);
      final_argument = &value;
    }
    for (const auto& name :
         is_range_declaration(pipeline) ? std::vector<std::string>{} : pipeline.variables) {
      if (pipeline.assigns) {
        assign(name, value);
      } else {
        variables_.push_back({name, value});
      }
    }
    return value;
  }

  // Two variables stand in a range only, which binds them for each element.
  static bool is_range_declaration(const Pipeline& pipeline) {
    return pipeline.variables.size() > 1;
  }

  Result<Value> evaluate_command(const Command& command,
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

  static std::string shown(const Operand& operand) {
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

  Result<Value> evaluate_operand(const Operand& operand, const Value& dot) {
    BASE_TRY(charge(operand.at, 1));
    BASE_TRY_ASSIGN(auto value, evaluate_term(operand, dot));
    for (const auto& field : operand.fields) {
      BASE_TRY_ASSIGN(auto inner, field_of(operand, value, field));
      value = std::move(inner);
    }
    return value;
  }

  Result<Value> evaluate_term(const Operand& operand, const Value& dot) {
    switch (operand.kind) {
      case OperandKind::dot:
        return dot;
      case OperandKind::nil:
        return Value();
      case OperandKind::literal:
        return operand.value;
      case OperandKind::variable: {
        const auto found =
            std::find_if(variables_.rbegin(), variables_.rend(), [&](const Variable& variable) {
              return variable.name == operand.name;
            });
        // Declared in the text before, but inside parentheses that `and` or `or` skipped.
        if (found == variables_.rend()) {
          return template_error(operand.at, fmt::format("undefined variable: {}", operand.name));
        }
        return found->value;
      }
      case OperandKind::function:
        return call(operand, Command{}, dot, nullptr);
      case OperandKind::pipeline:
        return evaluate(*operand.pipeline, dot);
    }
    return Value();
  }

  static Result<Value> field_of(const Operand& operand,
                                const Value& value,
                                const std::string& field) {
    if (value.kind() == ValueKind::map) {
      const auto found = value.as_map().find(field);
      return found == value.as_map().end() ? Value() : found->second;
    }
    if (value.kind() == ValueKind::nil) {
      return template_error(operand.at,
                            fmt::format("nil data; no entry for key \"{:.80}\"", field));
    }
    return template_error(
        operand.at,
        fmt::format("can't evaluate field {:.80} in type {}", field, value.type_name()));
  }

  Result<Value> call(const Operand& name,
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
    BASE_TRY(charge(name.at, 1 + weight / k_bytes_per_step));
    auto result = function.call({arguments, limits_.output_bytes});
    if (!result) {
      auto error = std::move(result).error();
      error.message = fmt::format(
          "template:{}:{}: {}: {}", name.at.line, name.at.column, name.name, error.message);
      return error;
    }
    BASE_TRY(charge(name.at, result->weight() / k_bytes_per_step));
    return result;
  }

  // `and` gives its first argument that is false, `or` its first that is true, else the last; what
  // follows the deciding one is not evaluated.
  Result<Value> decide(bool stop_at,
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

  static std::string wrong_number(const std::string& name,
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

  const ParsedTemplate& parsed_;
  const FunctionTable& functions_;
  const TemplateLimits& limits_;
  BoundedText out_;
  std::vector<Variable> variables_;
  std::size_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::string> evaluate_template(const ParsedTemplate& parsed,
                                      const FunctionTable& functions,
                                      const Value& dot,
                                      const TemplateLimits& limits) {
  return Evaluator(parsed, functions, limits).run(dot);
}

}  // namespace agent::manifest
