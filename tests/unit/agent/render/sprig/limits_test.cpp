#include "tests/unit/agent/render/sprig/expansion.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

// An expression that is a text of so many times four thousand x.
std::string long_text(int times) {
  return "(repeat " + std::to_string(times) + " (repeat 4000 \"x\"))";
}

TEST_SUITE_BEGIN("render.sprig.limits");

TEST_CASE("a hostile call ends in an error") {
  std::string product = "{{repl mulf";
  for (int i = 0; i < 1000; ++i) {
    product += " 1.0000000000001";
  }
  product += "}}";
  const std::vector<std::string> hostile = {
      R"({{repl repeat 9223372036854775807 "x"}})",
      R"({{repl repeat 100000 (repeat 1000 "x")}})",
      R"({{repl indent 9223372036854775807 "x"}})",
      R"({{repl nindent 100000 (repeat 1000 "\n")}})",
      R"({{repl until 9223372036854775807}})",
      R"({{repl untilStep -9223372036854775808 9223372036854775807 1}})",
      R"({{repl seq 1 100000000}})",
      R"({{repl range until 1000}}{{repl $x := until 1000}}{{repl end}})",
      R"({{repl replace "" (repeat 4000 "x") (repeat 4000 "y")}})",
      R"({{repl join (repeat 4000 "x") (until 4000)}})",
      R"({{repl wrapWith 1 (repeat 4000 "x") (repeat 4000 "y")}})",
      R"({{repl regexReplaceAll "" (repeat 4000 "x") (repeat 4000 "y")}})",
      R"-({{repl regexReplaceAll "(x*)" (repeat 4000 "x") (repeat 4000 "$1")}})-",
      R"({{repl splitList "" )" + long_text(50) + "}}",
      R"({{repl splitList "x" )" + long_text(50) + "}}",
      R"({{repl split "x" )" + long_text(50) + "}}",
      R"({{repl regexFindAll "x*y|." )" + long_text(25) + " -1}}",
      R"({{repl regexSplit "x*y|." )" + long_text(25) + " -1}}",
      R"({{repl regexMatch (repeat 4000 "(a|b)*c{100}") "x"}})",
      R"({{repl regexMatch "(x?){900}y" )" + long_text(10) + "}}",
      R"({{repl range until 300}}{{repl regexMatch "[\\pL\\pN]{50}" "x"}}{{repl end}})",
      R"({{repl semverCompare (repeat 20000 "1.2.3 ") "1.2.3"}})",
      R"({{repl toDate (repeat 40000 "2006") (repeat 40000 "2020")}})",
      R"({{repl fromJson (print "[" (repeat 120000 "0,") "0]")}})",
      product,
      R"({{repl $l := list}}{{repl range until 100}}{{repl $l = list $l}}{{repl end}}{{repl $l}})",
      R"({{repl $l := list 1}}{{repl range until 40}}{{repl $l = list $l $l}}{{repl end}}{{repl toJson $l}})",
      R"({{repl $l := list 1}}{{repl range until 40}}{{repl $l = list $l $l}}{{repl end}}{{repl deepEqual $l $l}})",
      R"({{repl $l := list 1}}{{repl range until 40}}{{repl $l = concat $l $l}}{{repl end}})",
      R"({{repl $d := dict}}{{repl range until 10000}}{{repl $_ := set $d (toString .) .}}{{repl end}})",
      R"({{repl $d := dict "a" 1}}{{repl range until 60}}{{repl $d = dict "a" $d}}{{repl end}}{{repl merge $d $d}})"};
  for (const auto& text : hostile) {
    CAPTURE(text);

    const auto result =
        tests::expand_with_sprig(text, {.steps = 100'000, .output_bytes = 1U << 18U});

    REQUIRE_FALSE(result);
    CHECK_MESSAGE(result.error().reason == "template_limit", result.error().message);
  }
}

TEST_CASE("looking for long texts in long texts takes no time worth counting") {
  const std::string part = "(print " + long_text(25) + " \"y\")";
  for (const std::string& text : {"{{repl contains " + part + " " + long_text(50) + "}}",
                                  "{{repl len (replace " + part + " \"\" " + long_text(50) + ")}}",
                                  "{{repl len (splitList " + part + " " + long_text(50) + ")}}",
                                  "{{repl len (trimAll " + part + " " + long_text(50) + ")}}"}) {
    CAPTURE(text.substr(0, 30));

    const auto result = tests::expand_with_sprig(text);

    CHECK(result.has_value());
  }
}

TEST_CASE("a dict may be filled with hundreds of entries and a list with thousands") {
  const auto dict = tests::expand_with_sprig(
      R"({{repl $d := dict}}{{repl range until 300}}{{repl $_ := set $d (toString .) .}}{{repl end}}{{repl len $d}})");
  const auto list = tests::expand_with_sprig(R"({{repl until 20000 | reverse | first}})");

  REQUIRE_MESSAGE(dict, dict.error().message);
  CHECK(*dict == "300");
  REQUIRE_MESSAGE(list, list.error().message);
  CHECK(*list == "19999");
}

TEST_SUITE_END();

}  // namespace
