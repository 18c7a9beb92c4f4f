#include "agent/manifest/template_error.hpp"

#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

namespace agent::manifest {
namespace {

constexpr std::size_t k_most_context = 300;

// As an argument or before `.field`, a pipeline stands in parentheses.
std::string term_of(const Operand& operand) {
  switch (operand.kind) {
    case OperandKind::dot:
      return operand.fields.empty() ? "." : "";
    case OperandKind::nil:
      return "nil";
    case OperandKind::literal:
      return operand.source;
    case OperandKind::variable:
    case OperandKind::function:
      return operand.name;
    case OperandKind::pipeline:
      return "(" + source_of(*operand.pipeline) + ")";
  }
  return {};
}

std::string context_of(const TemplatePlace& place) {
  if (const auto* operand = std::get_if<const Operand*>(&place.node)) {
    const auto& shown = **operand;
    if (shown.kind == OperandKind::function && place.at.column == shown.at.column) {
      return shown.name;  // Called first, its fields are walked later.
    }
    // Alone, and not as an argument, a pipeline is written without its parentheses.
    return shown.kind == OperandKind::pipeline && shown.fields.empty() ? source_of(*shown.pipeline)
                                                                       : source_of(shown);
  }
  if (const auto* command = std::get_if<const Command*>(&place.node)) {
    return source_of(**command);
  }
  if (const auto* pipeline = std::get_if<const Pipeline*>(&place.node)) {
    return source_of(**pipeline);
  }
  if (const auto* call = std::get_if<const TemplateNode*>(&place.node)) {
    const auto& node = **call;
    return fmt::format("{{{{template {}{}}}}}",
                       quoted(node.name),
                       node.argument ? " " + source_of(*node.argument) : "");
  }
  return {};
}

base::Error fault(std::string message) {
  return {base::ErrorCode::invalid_input, std::move(message), "", "template"};
}

}  // namespace

std::string source_of(const Operand& operand) {
  auto text = term_of(operand);
  for (const auto& field : operand.fields) {
    text += "." + field;
  }
  return text;
}

std::string source_of(const Command& command) {
  std::string text;
  for (const auto& operand : command.operands) {
    text += (text.empty() ? "" : " ") + source_of(operand);
  }
  return text;
}

std::string source_of(const Pipeline& pipeline) {
  std::string text;
  for (const auto& variable : pipeline.variables) {
    text += (text.empty() ? "" : ", ") + variable;
  }
  text += pipeline.variables.empty() ? "" : " := ";
  bool first = true;
  for (const auto& command : pipeline.commands) {
    text += (first ? "" : " | ") + source_of(command);
    first = false;
  }
  return text;
}

base::Error parse_fault(int line, std::string_view message) {
  return fault(fmt::format("template: {}:{}: {}", k_template_name, line, message));
}

base::Error execution_fault(const TemplatePlace& place,
                            std::string_view name,
                            std::string_view message) {
  auto context = context_of(place);
  if (context.size() > k_most_context) {
    context = context.substr(0, k_most_context) + "...";
  }
  return fault(fmt::format("template: {}:{}:{}: executing {} at <{}>: {}",
                           k_template_name,
                           place.at.line,
                           place.at.column - 1,
                           quoted(name),
                           context,
                           message));
}

}  // namespace agent::manifest
