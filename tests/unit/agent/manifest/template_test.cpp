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
                     {"list", Value::list_of_text({"a", "b", "c"})},
                     {"none", Value::list({})},
                     {"nested", Value::map({{"deep", Value::map({{"er", Value::text("x")}})}})}});
}

base::Result<std::string> run(const std::string& text, const TemplateLimits& limits = {}) {
  const auto functions = builtin_functions();
  BASE_TRY_ASSIGN(const auto parsed, parse_template(text, functions));
  return evaluate_template(parsed, functions, data(), limits);
}

struct Case {
  std::string text;
  std::string expected;
};

void check_all(const std::vector<Case>& cases) {
  for (const auto& row : cases) {
    const auto& text = row.text;
    const auto& expected = row.expected;
    CAPTURE(text);

    const auto result = run(text);

    if (!result) {
      FAIL_CHECK(result.error().message);
      continue;
    }
    CHECK(*result == expected);
  }
}

TEST_SUITE_BEGIN("manifest.template");

TEST_CASE("text and simple values") {
  check_all({{"plain", "plain"},
             {"", ""},
             {"{{ not ours }}", "{{ not ours }}"},
             {"{{ repl 1 }}", "{{ repl 1 }}"},
             {"a{{repl 1}}b", "a1b"},
             {"{{repl .name}}", "web"},
             {"{{repl $.name}}", "web"},
             {"{{repl .nested.deep.er}}", "x"},
             {"{{repl .missing}}", "<no value>"},
             {"{{repl .list}}", "[a b c]"},
             {"{{repl .nested}}", "map[deep:map[er:x]]"},
             {"{{repl true}} {{repl false}}", "true false"},
             {"{{repl (.nested.deep).er}}", "x"}});
}

TEST_CASE("literals are Go's") {
  check_all({{"{{repl 42}}", "42"},
             {"{{repl -7}}", "-7"},
             {"{{repl 0x1F}}", "31"},
             {"{{repl 0b101}}", "5"},
             {"{{repl 0o17}}", "15"},
             {"{{repl 017}}", "15"},
             {"{{repl 1_000}}", "1000"},
             {"{{repl 1.5}}", "1.5"},
             {"{{repl 1e3}}", "1000"},
             {"{{repl 1e21}}", "1e+21"},
             {"{{repl 0.00001}}", "1e-05"},
             {"{{repl 'a'}}", "97"},
             {"{{repl '\\n'}}", "10"},
             {R"({{repl "tab\there \"q\" \u00e9 \x41"}})", "tab\there \"q\" \xC3\xA9 A"},
             {"{{repl `raw \\n`}}", "raw \\n"}});
}

TEST_CASE("trim markers eat blanks, comments leave nothing") {
  check_all({{"a  {{repl- 1 -}}  b", "a1b"},
             {"a\n\t{{repl- .name}}", "aweb"},
             {"{{repl .name -}}\n b", "webb"},
             {"a{{repl/* note */}}b", "ab"},
             {"a{{repl /* note */ }}b", "ab"},
             {"a {{repl- /* note */ -}} b", "ab"},
             {"{{repl -3}}", "-3"}});
}

TEST_CASE("if, else if and else follow Go's truth") {
  check_all({{"{{repl if .on}}y{{repl else}}n{{repl end}}", "y"},
             {"{{repl if .off}}y{{repl else}}n{{repl end}}", "n"},
             {"{{repl if .empty}}y{{repl else}}n{{repl end}}", "n"},
             {"{{repl if .none}}y{{repl end}}", ""},
             {"{{repl if 0}}y{{repl else if 0.0}}z{{repl else}}n{{repl end}}", "n"},
             {"{{repl if .off}}1{{repl else if .on}}2{{repl else}}3{{repl end}}", "2"},
             {"{{repl if .missing}}y{{repl else}}n{{repl end}}", "n"},
             {"{{repl if .nested}}y{{repl end}}", "y"}});
}

TEST_CASE("range goes over lists and maps") {
  check_all({{"{{repl range .list}}<{{repl .}}>{{repl end}}", "<a><b><c>"},
             {"{{repl range $i, $e := .list}}{{repl $i}}{{repl $e}};{{repl end}}", "0a;1b;2c;"},
             {"{{repl range $e := .list}}{{repl $e}}{{repl end}}", "abc"},
             {"{{repl range .none}}x{{repl else}}none{{repl end}}", "none"},
             {"{{repl range .missing}}x{{repl else}}none{{repl end}}", "none"},
             {"{{repl range $k, $v := .nested}}{{repl $k}}{{repl end}}", "deep"},
             {"{{repl range .list}}{{repl $.count}}{{repl end}}", "333"}});
}

TEST_CASE("with rebinds the dot when its value is true") {
  check_all({{"{{repl with .nested}}{{repl .deep.er}}{{repl end}}", "x"},
             {"{{repl with .empty}}y{{repl else}}{{repl .name}}{{repl end}}", "web"},
             {"{{repl with $x := .name}}{{repl $x}}{{repl end}}", "web"}});
}

TEST_CASE("variables are declared, assigned and scoped") {
  check_all(
      {{"{{repl $x := 1}}{{repl $x}}", "1"},
       {"{{repl $x := 1}}{{repl $x = 2}}{{repl $x}}", "2"},
       {"{{repl $x := 1}}{{repl if true}}{{repl $x = 2}}{{repl end}}{{repl $x}}", "2"},
       {"{{repl $x := 1}}{{repl if true}}{{repl $x := 2}}{{repl end}}{{repl $x}}", "1"},
       {"{{repl $n := 0}}{{repl range $i, $e := .list}}{{repl $n = $i}}{{repl end}}{{repl $n}}",
        "2"}});
}

TEST_CASE("pipelines pass a value as the last argument") {
  check_all({{R"({{repl "a" | printf "%s-%s" "b"}})", "b-a"},
             {R"({{repl .list | len}})", "3"},
             {R"({{repl .list | len | eq 3}})", "true"},
             {R"({{repl printf "%d" (len .list)}})", "3"},
             {R"({{repl index .list (len "x")}})", "b"}});
}

TEST_CASE("and, or and not give arguments and stop early") {
  check_all({{"{{repl and 1 0 2}}", "0"},
             {"{{repl and 1 2}}", "2"},
             {"{{repl or 0 \"\" 3}}", "3"},
             {"{{repl or 0 \"\"}}", ""},
             {"{{repl not .on}}", "false"},
             {"{{repl and .off (index .list 99)}}", "false"},
             {"{{repl or .on (index .list 99)}}", "true"},
             {"{{repl 5 | and 1}}", "5"}});
}

TEST_CASE("comparisons are Go's") {
  check_all(
      {{"{{repl eq 1 1}}", "true"},
       {"{{repl eq 3 1 2 3}}", "true"},
       {"{{repl eq .name \"web\"}}", "true"},
       {"{{repl ne .name \"db\"}}", "true"},
       {"{{repl lt 1 2}} {{repl le 2 2}} {{repl gt 1 2}} {{repl ge 2 2}}", "true true false true"},
       {"{{repl lt \"a\" \"b\"}}", "true"},
       {"{{repl lt 1.5 2.5}}", "true"},
       {"{{repl lt -1 .big}}", "true"},
       {"{{repl eq true .on}}", "true"},
       {"{{repl eq .missing nil}}", "true"}});
}

TEST_CASE("index, len and slice") {
  check_all({{"{{repl index .list 1}}", "b"},
             {"{{repl index .nested \"deep\" \"er\"}}", "x"},
             {"{{repl index .name 0}}", "119"},
             {"{{repl len .name}}{{repl len .nested}}", "31"},
             {"{{repl slice .list 1}}", "[b c]"},
             {"{{repl slice .name 0 2}}", "we"}});
}

TEST_CASE("printf, print and println format as Go's fmt") {
  check_all({{R"({{repl printf "%d|%5d|%-5d|%05d|%+d" 7 7 7 7 7}})", "7|    7|7    |00007|+7"},
             {R"({{repl printf "%s %q %v" "a" "b\n" true}})", "a \"b\\n\" true"},
             {R"({{repl printf "%x %X %o %b %c" 255 255 8 5 65}})", "ff FF 10 101 A"},
             {R"({{repl printf "%.2f %6.1f %e" 1.005 2.25 1000.0}})", "1.00    2.2 1.000000e+03"},
             {R"({{repl printf "%5s|%-5s|%.2s" "ab" "ab" "abc"}})", "   ab|ab   |ab"},
             {R"({{repl printf "%t %T %%" true 1}})", "true int %"},
             {R"({{repl printf "%d" "x"}})", "%!d(string=x)"},
             {R"({{repl printf "%d"}})", "%!d(MISSING)"},
             {R"({{repl printf "%d" 1 2}})", "1%!(EXTRA int=2)"},
             {R"({{repl printf "%v %v" .list .nested}})", "[a b c] map[deep:map[er:x]]"},
             {R"({{repl printf "%*d" 4 7}})", "   7"},
             {R"({{repl print 1 2 "a" "b" 3}})", "1 2ab3"},
             {R"({{repl println "a" 1}})", "a 1\n"}});
}

TEST_CASE("define, template and block") {
  check_all({{R"({{repl define "t"}}<{{repl .}}>{{repl end}}{{repl template "t" .name}})", "<web>"},
             {R"({{repl block "b" .count}}[{{repl .}}]{{repl end}})", "[3]"},
             {R"({{repl define "t"}}{{repl $}}{{repl end}}{{repl template "t" 5}})", "5"}});
}

TEST_CASE("what is wrong with a template is said with its place") {
  const std::vector<Case> cases = {
      {"{{repl", "template:1:1: unclosed action"},
      {"ab\n  {{repl nope}}", "template:2:10: function \"nope\" not defined"},
      {"{{repl $x}}", "template:1:8: undefined variable \"$x\""},
      {"a\n{{repl\n  .name", "template:2:1: unclosed action"},
      {"{{repl if .on}}x", "template:1:1: unexpected EOF: {{repl if}} has no {{repl end}}"},
      {"x{{repl end}}", "template:1:2: unexpected {{end}}"},
      {"{{repl if true}}{{repl else}}{{repl else}}{{repl end}}",
       "template:1:30: expected end; found {{else}}"},
      {"{{repl \"abc}}", "template:1:8: unterminated quoted string"},
      {"{{repl \"\\z\"}}", "template:1:8: invalid escape in a quoted string"},
      {"{{repl 08}}", "template:1:8: bad number syntax: \"08\""},
      {"{{repl (len .list}}", "template:1:18: unclosed left paren"},
      {"{{repl len .list)}}", "template:1:17: unexpected right paren"},
      {"{{repl}}", "template:1:7: missing value for command"},
      {"{{repl if}}x{{repl end}}", "template:1:10: missing value for if"},
      {"{{repl 1 | 2}}", "template:1:12: non executable command in pipeline stage 2"},
      {"{{repl/* open}}", "template:1:1: unclosed comment"},
      {"{{repl #}}", "template:1:8: unexpected character '#' in action"},
      {"{{repl template \"t\"}}", "template:1:1: template \"t\" not defined"},
      {"{{repl nil}}", "template:1:8: nil is not a command"},
      {"{{repl .name 1}}", "template:1:8: can't give argument to non-function .name"},
      {"{{repl .name.x}}", "template:1:8: can't evaluate field x in type string"},
      {"{{repl not 1 2}}", "template:1:8: wrong number of args for not: want 1 got 2"},
      {"{{repl index .list 9}}", "template:1:8: index: index out of range: 9"},
      {"{{repl eq 1 1.0}}", "template:1:8: eq: incompatible types for comparison"},
      {"{{repl lt true false}}", "template:1:8: lt: invalid type for comparison"},
      {"{{repl len 3}}", "template:1:8: len: len of type int"},
      {"{{repl range .name}}{{repl end}}", "template:1:14: range can't iterate over a string"},
      {"{{repl if true}}{{repl $y := 1}}{{repl end}}{{repl $y}}",
       "template:1:52: undefined variable \"$y\""}};
  for (const auto& row : cases) {
    const auto& text = row.text;
    const auto& expected = row.expected;
    CAPTURE(text);

    const auto result = run(text);

    REQUIRE_FALSE(result);
    CHECK(result.error().message == expected);
    CHECK(result.error().code == base::ErrorCode::invalid_input);
  }
}

TEST_CASE("a variable that was skipped over is an error, not a crash") {
  const auto result = run("{{repl and false ($x := 1)}}{{repl $x}}");

  REQUIRE_FALSE(result);
  CHECK(result.error().message == "template:1:36: undefined variable: $x");
}

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
