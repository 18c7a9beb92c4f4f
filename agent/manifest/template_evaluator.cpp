#include "agent/manifest/template_evaluator.hpp"

#include "agent/manifest/template_budget.hpp"
#include "agent/manifest/template_expression.hpp"
#include "agent/manifest/template_format.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

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
  Status emit(TemplateLocation at, std::string_view text) {
    BASE_TRY(budget_.charge(at, TemplateBudget::cost_of(text.size())));
    out_.append(text);
    return check_output(at);
  }

  [[nodiscard]] Status check_output(TemplateLocation at) const {
    if (out_.overflowed()) {
      return TemplateBudget::exceeded(
          at, fmt::format("more than {} bytes of output", budget_.limits().output_bytes));
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
      BASE_TRY(budget_.charge({}, 1));
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
    BASE_TRY_ASSIGN(const auto value, expressions_.evaluate(action.pipeline, dot));
    if (!action.pipeline.variables.empty()) {
      return base::ok();  // A declaration prints nothing.
    }
    if (value.kind() == ValueKind::nil) {
      return emit(action.pipeline.at, "<no value>");
    }
    BASE_TRY(budget_.charge(action.pipeline.at, TemplateBudget::cost_of(value.weight())));
    append_plain(out_, value);
    return check_output(action.pipeline.at);
  }

  Status walk_branch(const BranchNode& branch, const Value& dot) {
    const std::size_t visible = variables_.size();
    BASE_TRY_ASSIGN(const auto value, expressions_.evaluate(branch.pipeline, dot));
    const bool rebinds = branch.kind == BranchKind::with;
    if (value.truth()) {
      BASE_TRY(walk(branch.body, rebinds ? value : dot));
    } else {
      BASE_TRY(walk(branch.otherwise, dot));
    }
    variables_.cut_to(visible);
    return base::ok();
  }

  Status walk_range(const BranchNode& branch, const Value& dot) {
    const std::size_t visible = variables_.size();
    BASE_TRY_ASSIGN(const auto value, expressions_.evaluate(branch.pipeline, dot));
    variables_.cut_to(visible);
    bool any = false;
    const auto step = [&](Value key, const Value& element) -> Status {
      any = true;
      BASE_TRY(budget_.charge(branch.pipeline.at, 1));
      bind_range(branch.pipeline, std::move(key), element);
      BASE_TRY(walk(branch.body, element));
      variables_.cut_to(visible);
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
        variables_.assign(name, std::move(value));
      } else {
        variables_.declare(name, std::move(value));
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
    if (depth_ >= budget_.limits().depth) {
      return TemplateBudget::exceeded(
          call.at,
          fmt::format("templates call each other more than {} deep", budget_.limits().depth));
    }
    BASE_TRY(budget_.charge(call.at, 1));
    Value argument;
    if (call.argument) {
      BASE_TRY_ASSIGN(argument, expressions_.evaluate(*call.argument, dot));
    }
    auto outer = std::exchange(variables_, TemplateVariables(argument));
    ++depth_;
    BASE_TRY(walk(found->second, argument));
    --depth_;
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
