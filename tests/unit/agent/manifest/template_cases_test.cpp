#include "tests/support/agent/manifest/template_cases.hpp"

#include "agent/manifest/template_evaluator.hpp"
#include "agent/manifest/template_parser.hpp"
#include "tests/support/agent/manifest/template_data.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

using agent::manifest::builtin_functions;
using agent::manifest::FunctionCall;
using agent::manifest::Value;

base::Result<std::string> expand(const std::string& text) {
  auto functions = builtin_functions();
  functions["fail"] = {1, 1, [](const FunctionCall& call) -> base::Result<Value> {
                         return agent::manifest::argument_error(call.arguments[0].as_text());
                       }};
  BASE_TRY_ASSIGN(const auto parsed, agent::manifest::parse_template(text, functions));
  return agent::manifest::evaluate_template(parsed, functions, tests::template_data(), {});
}

TEST_SUITE_BEGIN("manifest.template_cases");

TEST_CASE("the template language is that of Go's text/template") {
  const auto table = tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                                      "tests/unit/agent/manifest/template_cases.txt");

  CHECK(tests::check_template_cases(table, expand) >= 300);
}

TEST_SUITE_END();

}  // namespace
