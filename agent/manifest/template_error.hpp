#pragma once
// What is wrong with a template, in the words and at the place that Go's text/template gives.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_ast.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace agent::manifest {

// Templates are values of a manifest and have no names of their own.
inline constexpr std::string_view k_template_name = "value";

// What the evaluator is at. The nodes must outlive it.
struct TemplatePlace {
  TemplateLocation at;
  std::variant<std::monostate, const Operand*, const Command*, const Pipeline*, const TemplateNode*>
      node;
};

// An invalid_input error: "template: value:LINE: message".
base::Error parse_fault(int line, std::string_view message);

// An invalid_input error: `template: value:LINE:BYTE: executing "NAME" at <node>: message`, where
// BYTE counts from 0 and NAME is the definition that is being evaluated.
base::Error execution_fault(const TemplatePlace& place,
                            std::string_view name,
                            std::string_view message);

// Parts of a template as Go writes them back.
std::string source_of(const Operand& operand);
std::string source_of(const Command& command);
std::string source_of(const Pipeline& pipeline);

}  // namespace agent::manifest
