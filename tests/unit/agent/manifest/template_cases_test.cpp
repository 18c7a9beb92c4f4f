#include "tests/support/agent/manifest/template_cases.hpp"

#include "agent/manifest/template_evaluator.hpp"
#include "agent/manifest/template_parser.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <limits>
#include <string>

namespace {

using agent::manifest::builtin_functions;
using agent::manifest::FunctionCall;
using agent::manifest::Value;

// What every template of the table sees as its data.
Value data() {
  const auto numbers =
      Value::map({{"a", Value::integer(1)}, {"b", Value::integer(2)}, {"c", Value::integer(3)}});
  const auto mixed = Value::list(
      {Value::integer(1), Value::text("x"), Value::real(2.5), Value::boolean(true), Value()});
  return Value::map({{"name", Value::text("web")},
                     {"empty", Value::text("")},
                     {"count", Value::integer(3)},
                     {"big", Value::unsigned_integer(std::numeric_limits<std::uint64_t>::max())},
                     {"half", Value::real(0.5)},
                     {"on", Value::boolean(true)},
                     {"off", Value::boolean(false)},
                     {"list", Value::list_of_text({"a", "b", "c"})},
                     {"none", Value::list({})},
                     {"mixed", mixed},
                     {"nothing", Value()},
                     {"map", numbers},
                     {"nested", Value::map({{"deep", Value::map({{"er", Value::text("x")}})}})},
                     {"html", Value::text("<a href=\"x\">&'")},
                     {"uni", Value::text("h\u00e9llo\u20ac")}});
}

base::Result<std::string> expand(const std::string& text) {
  auto functions = builtin_functions();
  functions["fail"] = {1, 1, [](const FunctionCall& call) -> base::Result<Value> {
                         return agent::manifest::argument_error(call.arguments[0].as_text());
                       }};
  BASE_TRY_ASSIGN(const auto parsed, agent::manifest::parse_template(text, functions));
  return agent::manifest::evaluate_template(parsed, functions, data(), {});
}

TEST_SUITE_BEGIN("manifest.template_cases");

TEST_CASE("the template language is that of Go's text/template") {
  const auto table = tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                                      "tests/unit/agent/manifest/template_cases.txt");

  CHECK(tests::check_template_cases(table, expand) >= 300);
}

TEST_SUITE_END();

}  // namespace
