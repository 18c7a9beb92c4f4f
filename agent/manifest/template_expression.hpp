#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_ast.hpp"
#include "agent/manifest/template_budget.hpp"
#include "agent/manifest/template_error.hpp"
#include "agent/manifest/template_function.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::manifest {

// The variables of a template in the order of their declaration. An inner one hides an outer one
// of its name until the scope ends, which is when the list is cut back.
class TemplateVariables {
 public:
  explicit TemplateVariables(Value dollar) { declare("$", std::move(dollar)); }

  void declare(const std::string& name, Value value) {
    variables_.emplace_back(name, std::move(value));
  }
  [[nodiscard]] Value* find(const std::string& name);  // nullptr: nobody declared it.

  [[nodiscard]] std::size_t size() const noexcept { return variables_.size(); }
  void cut_to(std::size_t size) { variables_.resize(size); }

 private:
  std::vector<std::pair<std::string, Value>> variables_;
};

// The part of the evaluator that gives a pipeline its value.
class ExpressionEvaluator {
 public:
  ExpressionEvaluator(const FunctionTable& functions,
                      TemplateBudget& budget,
                      TemplateVariables& variables)
      : functions_(functions), budget_(budget), variables_(variables) {}

  // Sets what the pipeline declares or assigns.
  base::Result<Value> evaluate(const Pipeline& pipeline, const Value& dot);

  // Where faults are said to be, until something else is evaluated.
  void at(const TemplateNode& call) { place_ = {call.at, &call}; }
  // The definition that is being evaluated; gives the one before.
  std::string enter_definition(std::string name) {
    return std::exchange(definition_, std::move(name));
  }
  [[nodiscard]] base::Error fault(std::string_view message) const;
  // The error of something that was evaluated, with its place.
  [[nodiscard]] base::Error placed(base::Error error) const;
  base::Status charge(std::size_t cost);

 private:
  base::Result<Value> evaluate_command(const Command& command,
                                       const Value& dot,
                                       const Value* final_argument);
  base::Result<Value> evaluate_argument(const Operand& operand, const Value& dot);
  base::Result<Value> evaluate_field(const Operand& operand, const Value& dot);
  base::Result<Value> evaluate_term(const Operand& operand, const Value& dot);
  base::Result<Value> evaluate_variable(const Operand& operand);
  [[nodiscard]] base::Result<Value> evaluate_literal(const Operand& operand) const;
  base::Result<Value> walk_fields(const Operand& operand, Value value);
  base::Result<Value> call(const Operand& name,
                           const Command& command,
                           const Value& dot,
                           const Value* final_argument);
  [[nodiscard]] base::Status check_count(const Operand& name,
                                         const TemplateFunction& function,
                                         const Command& command,
                                         const Value* final_argument) const;
  base::Result<std::vector<Value>> evaluate_arguments(const TemplateFunction& function,
                                                      const Command& command,
                                                      const Value& dot,
                                                      const Value* final_argument);
  base::Result<Value> evaluate_typed(char parameter, const Operand& operand, const Value& dot);
  [[nodiscard]] base::Status check_literal(char parameter, const Operand& operand) const;
  [[nodiscard]] base::Result<Value> checked(char parameter, const Value& value) const;
  base::Result<Value> invoke(const Operand& name,
                             const TemplateFunction& function,
                             const Command& command,
                             const std::vector<Value>& arguments);
  base::Result<Value> decide(bool stop_at,
                             const Command& command,
                             const Value& dot,
                             const Value* final_argument);
  base::Status assign(const std::string& name, Value value);
  // Gives a variable, or the dict at a path in it, another value.
  base::Status replace(const Operand& operand, const Value& value);
  void at(const Operand& operand);

  const FunctionTable& functions_;
  TemplateBudget& budget_;
  TemplateVariables& variables_;
  TemplatePlace place_;
  std::string definition_{k_template_name};
};

}  // namespace agent::manifest
