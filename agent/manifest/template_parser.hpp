#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_ast.hpp"
#include "agent/manifest/template_function.hpp"

#include <string_view>

namespace agent::manifest {

// Parses as Go does: a function that `functions` lacks, a variable nobody declared and a misplaced
// `else` are errors of the template, found before anything is evaluated. Nesting is limited to 100.
// Errors: invalid_input, the message beginning with "template: value:LINE: ".
base::Result<ParsedTemplate> parse_template(std::string_view text, const FunctionTable& functions);

}  // namespace agent::manifest
