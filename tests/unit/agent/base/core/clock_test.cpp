#include "agent/base/core/clock.hpp"

#include <doctest/doctest.h>

namespace {

using base::format_time;
using base::parse_time;

TEST_SUITE_BEGIN("base.core.clock");

TEST_CASE("a time survives being written and read") {
  const auto time = parse_time("2026-02-28T23:59:59.007Z");

  REQUIRE(time);
  CHECK(format_time(*time) == "2026-02-28T23:59:59.007Z");
}

TEST_CASE("Docker's nine digits and numeric offsets are read") {
  const auto time = parse_time("2026-11-24T05:27:00.123456789+01:00");

  REQUIRE(time);
  CHECK(format_time(*time) == "2026-11-24T04:27:00.123Z");
}

TEST_CASE("what is not a time is refused") {
  const char* text = nullptr;
  SUBCASE("empty") {
    text = "";
  }
  SUBCASE("no such day") {
    text = "2026-02-30T00:00:00Z";
  }
  SUBCASE("no zone") {
    text = "2026-02-03T00:00:00";
  }
  SUBCASE("letters") {
    text = "2026-0a-03T00:00:00Z";
  }
  SUBCASE("a dot without digits") {
    text = "2026-02-03T00:00:00.Z";
  }

  const auto time = parse_time(text);

  REQUIRE_FALSE(time);
  CHECK(time.error().code == base::ErrorCode::invalid_input);
}

TEST_SUITE_END();

}  // namespace
