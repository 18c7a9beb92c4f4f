#pragma once
// `{{repl …}}` in the values of a manifest: Go's text/template language with other delimiters.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_evaluator.hpp"
#include "agent/manifest/template_function.hpp"

#include <string>
#include <string_view>

namespace agent::manifest {

[[nodiscard]] bool has_template(std::string_view text);

// The text with every action evaluated; text without one comes back as it is. `functions` should
// contain builtin_functions(). Errors: those of parse_template and evaluate_template.
base::Result<std::string> expand_template(std::string_view text,
                                          const FunctionTable& functions,
                                          const TemplateLimits& limits = {});

}  // namespace agent::manifest
