#pragma once

#include "agent/manifest/template_evaluator.hpp"
#include "agent/manifest/template_parser.hpp"
#include "agent/render/sprig/functions.hpp"
#include "tests/support/agent/manifest/template_data.hpp"

#include <string>

namespace tests {

// The template with the language's own functions and Sprig's.
inline base::Result<std::string> expand_with_sprig(
    const std::string& text, const agent::manifest::TemplateLimits& limits = {}) {
  auto functions = agent::manifest::builtin_functions();
  agent::render::sprig::add_functions(functions);
  BASE_TRY_ASSIGN(const auto parsed, agent::manifest::parse_template(text, functions));
  return agent::manifest::evaluate_template(parsed, functions, template_data(), limits);
}

}  // namespace tests
