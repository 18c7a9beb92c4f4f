#include "agent/base/data/json.hpp"

#include "agent/base/data/json_reader.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

using base::ErrorCode;
using base::data::canonical;
using base::data::Json;
using base::data::JsonReader;
using base::data::parse_json;

TEST_SUITE_BEGIN("base.data.json");

TEST_CASE("the canonical form does not depend on how the text was written") {
  const auto first = parse_json(R"({"b": [1, 2.5, null], "a": "ü"})");
  const auto second = parse_json(R"({"a":"\u00fc","b":[1,2.5,null]})");
  REQUIRE(first);
  REQUIRE(second);

  CHECK(canonical(*first) == canonical(*second));
  CHECK(canonical(*first) == "{\"a\":\"ü\",\"b\":[1,2.5,null]}");
}

TEST_CASE("what is not JSON is refused with its place") {
  const auto value = parse_json("{\"a\": }");

  REQUIRE_FALSE(value);
  CHECK(value.error().code == ErrorCode::invalid_input);
  CHECK(value.error().message.find("byte 7") != std::string::npos);
}

TEST_CASE("a key that stands twice is refused") {
  CHECK_FALSE(parse_json(R"({"a": 1, "a": 2})"));
  CHECK(parse_json(R"([{"a": 1}, {"a": 2}])"));
}

TEST_CASE("depth and size are limited") {
  const std::string deep(100'000, '[');
  const auto value = parse_json(deep);

  REQUIRE_FALSE(value);
  CHECK(value.error().code == ErrorCode::too_large);
  CHECK(parse_json(std::string(64, '[') + std::string(64, ']')));
  CHECK_FALSE(parse_json("[1,2,3]", {.max_bytes = 6}));
}

TEST_CASE("a reader takes typed fields and names the path of the first fault") {
  const auto json =
      Json::parse(R"({"name": "x", "port": 80, "on": true, "list": ["a"], "in": [{"k": 1}]})");
  JsonReader reader(json, "$");

  CHECK(reader.string("name") == "x");
  CHECK(reader.integer("port") == 80);
  CHECK(reader.boolean("on"));
  CHECK(reader.strings("list").front() == "a");
  CHECK_FALSE(reader.optional_string("absent").has_value());
  reader.objects("in", [](JsonReader& inner) { inner.string("k"); });
  const auto finished = reader.finish();

  REQUIRE_FALSE(finished);
  CHECK(finished.error().message == "$.in[0].k: expected a string");
}

TEST_CASE("a whole number beyond 63 bits is refused, not turned negative") {
  const auto json = parse_json(R"({"n": 9223372036854775808, "m": 9223372036854775807, "x": 1.5})");
  REQUIRE(json);
  JsonReader reader(*json, "$");

  CHECK(reader.integer("m") == 9223372036854775807);
  CHECK(reader.number("x") == doctest::Approx(1.5));
  CHECK_FALSE(reader.optional_integer("n").has_value());
  const auto finished = reader.finish();

  REQUIRE_FALSE(finished);
  CHECK(finished.error().message == "$.n: expected a whole number");
}

TEST_CASE("a reader can refuse keys that it does not know") {
  const auto json = Json::parse(R"({"name": "x", "nmae": "y"})");
  JsonReader reader(json, "config");
  reader.allow_only({"name"});

  const auto finished = reader.finish();

  REQUIRE_FALSE(finished);
  CHECK(finished.error().message == "config.nmae: unknown key");
}

TEST_SUITE_END();

}  // namespace
