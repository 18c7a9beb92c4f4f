#include "agent/manifest/template.hpp"

#include "agent/manifest/template_parser.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using agent::manifest::builtin_functions;
using agent::manifest::evaluate_template;
using agent::manifest::parse_template;
using agent::manifest::TemplateLimits;
using agent::manifest::Value;

// What every template of the tables below sees as its data.
Value data() {
  return Value::map({{"name", Value::text("web")},
                     {"empty", Value::text("")},
                     {"count", Value::integer(3)},
                     {"big", Value::unsigned_integer(18446744073709551615U)},
                     {"half", Value::real(0.5)},
                     {"on", Value::boolean(true)},
                     {"off", Value::boolean(false)},
                     {"list", Value::list({Value::text("a"), Value::text("b"), Value::text("c")})},
                     {"none", Value::list({})},
                     {"nested", Value::map({{"deep", Value::map({{"er", Value::text("x")}})}})}});
}

base::Result<std::string> run(const std::string& text, const TemplateLimits& limits = {}) {
  const auto functions = builtin_functions();
  BASE_TRY_ASSIGN(const auto parsed, parse_template(text, functions));
  return evaluate_template(parsed, functions, data(), limits);
}

TEST_SUITE_BEGIN("manifest.template");

TEST_CASE("a hostile template ends in an error") {
  std::string nested = "x";
  for (int i = 0; i < 14; ++i) {
    nested = "{{repl range $.list}}" + nested + "{{repl end}}";
  }
  std::string doubling = "{{repl $x := \"aaaaaaaa\"}}";
  for (int i = 0; i < 40; ++i) {
    doubling += "{{repl $x = print $x $x}}";
  }
  const std::vector<std::string> hostile = {
      R"({{repl define "t"}}{{repl template "t" .}}{{repl end}}{{repl template "t" .}})",
      nested,
      doubling,
      R"({{repl printf "%1000000d%1000000d%1000000d%1000000d%1000000d" 1 2 3 4 5}})"};
  for (const auto& text : hostile) {
    CAPTURE(text);

    const auto result = run(text);

    REQUIRE_FALSE(result);
    CHECK(result.error().code == base::ErrorCode::too_large);
    CHECK(result.error().reason == "template_limit");
  }
}

TEST_CASE("nesting without end is refused while parsing") {
  constexpr std::size_t k_many = 10'000;
  const auto parentheses =
      "{{repl " + std::string(k_many, '(') + "1" + std::string(k_many, ')') + "}}";
  std::string branches;
  for (std::size_t i = 0; i < k_many; ++i) {
    branches += "{{repl if true}}";
  }

  const auto in_action = run(parentheses);
  const auto in_text = run(branches);

  REQUIRE_FALSE(in_action);
  CHECK(in_action.error().message.find("nested deeper than 100 levels") != std::string::npos);
  REQUIRE_FALSE(in_text);
  CHECK(in_text.error().message.find("nested deeper than 100 levels") != std::string::npos);
}

TEST_CASE("output stops at its limit") {
  const auto result = run("{{repl range .list}}0123456789{{repl end}}", {.output_bytes = 25});

  REQUIRE_FALSE(result);
  CHECK(result.error().reason == "template_limit");
}

TEST_CASE("every prefix of a template is handled") {
  const std::string text =
      "a {{repl- if eq \"x\" `y` 'z' -1.5e3 | not }}{{repl range $i, $e := .list}}{{repl $e.x}}"
      "{{repl else}}{{repl /* c */ -}} {{repl end}}{{repl (index .nested \"deep\").er}}{{repl "
      "end}}";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto result = run(text.substr(0, length));

    CHECK((result.has_value() || !result.error().message.empty()));
  }
}

TEST_SUITE_END();

}  // namespace
