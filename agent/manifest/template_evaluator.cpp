#include "agent/manifest/template_evaluator.hpp"

#include "agent/manifest/template_budget.hpp"
#include "agent/manifest/template_expression.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

constexpr std::size_t k_most_shown = 200;

class Evaluator {
 public:
  Evaluator(const ParsedTemplate& parsed,
            const FunctionTable& functions,
            const Value& dot,
            const TemplateLimits& limits)
      : parsed_(parsed),
        budget_(limits),
        variables_(dot),
        expressions_(functions, budget_, variables_),
        out_(limits.output_bytes) {}

  Result<std::string> run(const Value& dot) {
    BASE_TRY(walk(parsed_.root, dot));
    return std::move(out_).take();
  }

 private:
  // What a list of nodes ended with: its end, or an exit of the loop around it.
  enum class Flow { goes_on, breaks, continues };

  [[nodiscard]] Status check_output() const {
    if (out_.overflowed()) {
      return expressions_.placed(TemplateBudget::exceeded(
          fmt::format("more than {} bytes of output", budget_.limits().output_bytes)));
    }
    return base::ok();
  }

  Result<Flow> walk(const NodeList& nodes, const Value& dot) {
    for (const auto& node : nodes) {
      BASE_TRY_ASSIGN(const auto flow, walk_node(node, dot));
      if (flow != Flow::goes_on) {
        return flow;
      }
    }
    return Flow::goes_on;
  }

  Result<Flow> walk_node(const Node& node, const Value& dot) {
    BASE_TRY(expressions_.charge(1));
    if (const auto* text = std::get_if<TextNode>(&node.content)) {
      BASE_TRY(expressions_.charge(TemplateBudget::cost_of(text->text.size())));
      out_.append(text->text);
      BASE_TRY(check_output());
      return Flow::goes_on;
    }
    if (const auto* action = std::get_if<ActionNode>(&node.content)) {
      BASE_TRY(walk_action(*action, dot));
      return Flow::goes_on;
    }
    if (const auto* branch = std::get_if<BranchNode>(&node.content)) {
      return branch->kind == BranchKind::range ? walk_range(*branch, dot)
                                               : walk_branch(*branch, dot);
    }
    if (const auto* loop = std::get_if<LoopNode>(&node.content)) {
      return loop->exit == LoopExit::break_loop ? Flow::breaks : Flow::continues;
    }
    BASE_TRY(walk_template(*std::get_if<TemplateNode>(&node.content), dot));
    return Flow::goes_on;
  }

  Status walk_action(const ActionNode& action, const Value& dot) {
    BASE_TRY_ASSIGN(const auto value, expressions_.evaluate(action.pipeline, dot));
    if (!action.pipeline.variables.empty()) {
      return base::ok();  // A declaration prints nothing.
    }
    BASE_TRY(expressions_.charge(TemplateBudget::cost_of(value.weight())));
    if (value.kind() == ValueKind::nil) {
      out_.append("<no value>");
    } else {
      append_plain(out_, value);
    }
    return check_output();
  }

  Result<Flow> walk_branch(const BranchNode& branch, const Value& dot) {
    const std::size_t visible = variables_.size();
    BASE_TRY_ASSIGN(const auto value, expressions_.evaluate(branch.pipeline, dot));
    const bool rebinds = branch.kind == BranchKind::with;
    BASE_TRY_ASSIGN(
        const auto flow,
        value.truth() ? walk(branch.body, rebinds ? value : dot) : walk(branch.otherwise, dot));
    variables_.cut_to(visible);
    return flow;
  }

  Result<Flow> walk_range(const BranchNode& branch, const Value& dot) {
    const std::size_t outside = variables_.size();
    BASE_TRY_ASSIGN(const auto value, expressions_.evaluate(branch.pipeline, dot));
    auto flow = Flow::goes_on;
    if (value.kind() == ValueKind::list) {
      std::int64_t index = 0;
      for (const auto& element : value.as_list()) {
        BASE_TRY_ASSIGN(flow, walk_once(branch, Value::integer(index++), element));
        if (flow == Flow::breaks) {
          break;
        }
      }
    } else if (value.kind() == ValueKind::map) {
      for (const auto& [key, element] : value.as_map()) {
        BASE_TRY_ASSIGN(flow, walk_once(branch, Value::text(key), element));
        if (flow == Flow::breaks) {
          break;
        }
      }
    } else if (value.kind() != ValueKind::nil) {
      BoundedText shown(k_most_shown);
      append_plain(shown, value);
      return expressions_.fault(
          fmt::format("range can't iterate over {}", std::move(shown).take()));
    }
    const bool any =
        (value.kind() == ValueKind::list || value.kind() == ValueKind::map) && value.size() > 0;
    flow = Flow::goes_on;
    if (!any) {
      BASE_TRY_ASSIGN(flow, walk(branch.otherwise, dot));
    }
    variables_.cut_to(outside);
    return flow;
  }

  // The body for one element. Of two variables the second is the element.
  Result<Flow> walk_once(const BranchNode& branch, Value key, const Value& element) {
    BASE_TRY(expressions_.charge(1));
    const std::size_t visible = variables_.size();
    const auto& names = branch.pipeline.variables;
    if (!names.empty()) {
      *variables_.find(names.back()) = element;
    }
    if (names.size() > 1) {
      *variables_.find(names.front()) = std::move(key);
    }
    BASE_TRY_ASSIGN(const auto flow, walk(branch.body, element));
    variables_.cut_to(visible);
    return flow;
  }

  Status walk_template(const TemplateNode& call, const Value& dot) {
    expressions_.at(call);
    const auto found = parsed_.definitions.find(call.name);
    if (found == parsed_.definitions.end()) {
      return expressions_.fault(fmt::format("template {} not defined", quoted(call.name)));
    }
    if (depth_ >= budget_.limits().depth) {
      return expressions_.placed(TemplateBudget::exceeded(
          fmt::format("templates call each other more than {} deep", budget_.limits().depth)));
    }
    Value argument;
    if (call.argument) {
      BASE_TRY_ASSIGN(argument, expressions_.evaluate(*call.argument, dot));
    }
    auto outer = std::exchange(variables_, TemplateVariables(argument));
    auto caller = expressions_.enter_definition(call.name);
    ++depth_;
    BASE_TRY(walk(found->second.body, argument));
    --depth_;
    static_cast<void>(expressions_.enter_definition(std::move(caller)));
    variables_ = std::move(outer);
    return base::ok();
  }

  const ParsedTemplate& parsed_;
  TemplateBudget budget_;
  TemplateVariables variables_;
  ExpressionEvaluator expressions_;
  BoundedText out_;
  int depth_ = 0;
};

}  // namespace

Result<std::string> evaluate_template(const ParsedTemplate& parsed,
                                      const FunctionTable& functions,
                                      const Value& dot,
                                      const TemplateLimits& limits) {
  return Evaluator(parsed, functions, dot, limits).run(dot);
}

}  // namespace agent::manifest
