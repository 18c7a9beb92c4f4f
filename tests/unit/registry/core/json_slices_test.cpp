#include "registry/core/json_slices.hpp"

#include <doctest/doctest.h>

namespace {

using namespace registry::core;  // NOLINT(google-build-using-namespace)

TEST_SUITE_BEGIN("registry.core.json_slices");

TEST_CASE("values keep the spelling of their text") {
  const std::string text = R"({ "a" : 1.50e+2 , "b":"\u00e9\/", "c": [ 1,  2 ] ,"a":{"x" : null}})";

  const auto members = members_of(text);

  REQUIRE(members);
  REQUIRE(members->size() == 4);
  CHECK((*members)[0].raw == "1.50e+2");
  CHECK((*members)[1].raw == R"("\u00e9\/")");
  CHECK((*members)[2].raw == "[ 1,  2 ]");
  CHECK(find(*members, "a") == R"({"x" : null})");
  CHECK(find(*members, "d").empty());
}

TEST_CASE("keys are unescaped and may be any word") {
  const auto members = members_of(R"({"__proto__":1,"a\u0062":2,"":3})");

  REQUIRE(members);
  CHECK(find(*members, "__proto__") == "1");
  CHECK(find(*members, "ab") == "2");
  CHECK(find(*members, "") == "3");
}

TEST_CASE("slices point into the text they were cut from") {
  const std::string text = R"({"k":[true]})";

  const auto members = members_of(text);

  REQUIRE(members);
  CHECK(members->front().raw.data() == text.data() + 5);
}

TEST_CASE("text that is not JSON is refused") {
  for (const char* text :
       {"", "{", "{\"a\":}", "{\"a\":1}x", "nul", "{\"a\":01}", "{'a':1}", "\"\xC3\x28\""}) {
    CAPTURE(text);

    CHECK_FALSE(validate_json(text).has_value());
  }
}

TEST_CASE("nesting beyond two hundred levels is refused") {
  CHECK(validate_json(std::string(150, '[') + std::string(150, ']')).has_value());
  CHECK_FALSE(validate_json(std::string(300, '[') + std::string(300, ']')).has_value());
}

TEST_CASE("what is no object has no members and what is no array no elements") {
  CHECK_FALSE(members_of("[1]").has_value());
  CHECK_FALSE(elements_of("{}").has_value());
  CHECK(elements_of(R"([1,"b"])")->size() == 2);
}

TEST_CASE("strings are quoted and read back") {
  CHECK(quoted("a\"b\n") == R"("a\"b\n")");
  CHECK(string_of(R"("\u00e9")") == "é");
  CHECK_FALSE(string_of("12").has_value());
  CHECK_FALSE(string_of("").has_value());
}

TEST_CASE("bytes that are not UTF-8 are replaced and a byte order mark is dropped") {
  CHECK(cleaned_utf8("\xEF\xBB\xBFok é") == "ok é");
  CHECK(cleaned_utf8("a\xFF"
                     "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(cleaned_utf8("\xED\xA0\x80").find('\xED') == std::string::npos);
  CHECK(cleaned_utf8("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_SUITE_END();

}  // namespace
