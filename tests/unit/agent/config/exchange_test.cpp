#include "agent/config/exchange.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace {

using namespace agent::config;
using base::data::Json;

TEST_SUITE_BEGIN("config.exchange");

TEST_CASE("an import takes values, contents and several of them") {
  const auto changes = changes_from_json({{"a", {{"value", "x"}}},
                                          {"f", {{"value", "n"}, {"data", "aGk="}}},
                                          {"m", {{"multi_value", {"1", "2"}}}},
                                          {"d", {{"multi_data", {"aGk="}}}},
                                          {"empty", {{"value", ""}, {"data", ""}}},
                                          {"plain", "text"},
                                          {"back", nullptr}});

  REQUIRE(changes);
  CHECK(changes->at("a").value == "x");
  CHECK(changes->at("f").data == "hi");
  CHECK(changes->at("m").multi_value == std::vector<std::string>{"1", "2"});
  CHECK(changes->at("d").multi_data == std::vector<std::string>{"hi"});
  CHECK(changes->at("empty").value == "");
  CHECK_FALSE(changes->at("empty").data);
  CHECK(changes->at("plain").value == "text");
  CHECK_FALSE(changes->at("back").value);
}

TEST_CASE("an import of something else is refused with its place") {
  for (const auto& json : {Json::array(),
                           Json{{"a", {{"value", 5}}}},
                           Json{{"a", {{"data", "*"}}}},
                           Json{{"a", {{"colour", "x"}}}}}) {
    CAPTURE(json.dump());

    const auto changes = changes_from_json(json);

    REQUIRE_FALSE(changes);
    CHECK(changes.error().code == base::ErrorCode::invalid_input);
    CHECK(changes.error().message.starts_with("settings"));
  }
}

TEST_SUITE_END();

}  // namespace
