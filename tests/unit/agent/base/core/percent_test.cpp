#include "agent/base/core/percent.hpp"

#include <doctest/doctest.h>

namespace {

using base::percent_decoded;

TEST_SUITE_BEGIN("base.core.percent");

TEST_CASE("escapes become bytes, once") {
  CHECK(percent_decoded("") == "");
  CHECK(percent_decoded("a+b") == "a+b");
  CHECK(percent_decoded("%41%2f%2F%c3%bc") == "A//ü");
  CHECK(percent_decoded("%252f") == "%2f");
  CHECK(percent_decoded("a%00b") == std::string("a\0b", 3));
}

TEST_CASE("an escape that is cut or not hexadecimal decodes to nothing") {
  for (const char* text : {"%", "%4", "a%", "a%f", "%g0", "%0g", "%%41", "%-1", "% 1"}) {
    CAPTURE(text);
    CHECK_FALSE(percent_decoded(text).has_value());
  }
}

TEST_SUITE_END();

}  // namespace
