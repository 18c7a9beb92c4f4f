#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_ast.hpp"
#include "agent/manifest/template_function.hpp"

#include <cstddef>
#include <string>

namespace agent::manifest {

// Templates come from a vendor and run in a root process: each may cost only so much.
struct TemplateLimits {
  std::size_t steps = 1'000'000;  // Nodes, calls and each 64 bytes that a call handles.
  std::size_t output_bytes = std::size_t{4} << 20U;  // Of the output and of every single value.
  int depth = 100;                                   // Templates that call templates.
  // Where steps are counted when the templates of a whole document share one limit; nullptr: each
  // template has its own.
  std::size_t* spent = nullptr;
};

// Walks the template with `dot` as `.` and `$`. Pure: what it knows of the world comes from
// `functions`, the table it was parsed with. Errors: invalid_input in the form of execution_fault
// for what the template does wrong, too_large with reason "template_limit" when a limit is reached.
base::Result<std::string> evaluate_template(const ParsedTemplate& parsed,
                                            const FunctionTable& functions,
                                            const Value& dot,
                                            const TemplateLimits& limits);

}  // namespace agent::manifest
