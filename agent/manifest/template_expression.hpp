#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_ast.hpp"
#include "agent/manifest/template_budget.hpp"
#include "agent/manifest/template_function.hpp"

#include <cstddef>
#include <string>
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
  void assign(const std::string& name, Value value);
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

  // Sets what the pipeline declares or assigns, but for the two variables of a range.
  base::Result<Value> evaluate(const Pipeline& pipeline, const Value& dot);

 private:
  base::Result<Value> evaluate_command(const Command& command,
                                       const Value& dot,
                                       const Value* final_argument);
  base::Result<Value> evaluate_operand(const Operand& operand, const Value& dot);
  base::Result<Value> evaluate_term(const Operand& operand, const Value& dot);
  base::Result<Value> call(const Operand& name,
                           const Command& command,
                           const Value& dot,
                           const Value* final_argument);
  base::Result<Value> decide(bool stop_at,
                             const Command& command,
                             const Value& dot,
                             const Value* final_argument);

  const FunctionTable& functions_;
  TemplateBudget& budget_;
  TemplateVariables& variables_;
};

}  // namespace agent::manifest
