#include "installer/cli/text_table.hpp"

#include <doctest/doctest.h>

namespace {

using namespace installer::cli;

TEST_SUITE_BEGIN("installer.cli.text_table");

TEST_CASE("columns are as wide as their widest cell, lines have no blanks at their end") {
  CHECK(text_table({{"NAME", "STATE"}, {"web", "running"}, {"postgres", "-"}}) ==
        "NAME      STATE\nweb       running\npostgres  -\n");
}

TEST_CASE("width counts characters, not bytes") {
  CHECK(text_table({{"ü", "x"}, {"ab", "y"}}) == "ü   x\nab  y\n");
}

TEST_CASE("bytes and durations are in the largest unit that fits") {
  CHECK(bytes_text(999) == "999 B");
  CHECK(bytes_text(1'500) == "1.5 kB");
  CHECK(bytes_text(80'100'000) == "80.1 MB");
  CHECK(duration_text(0.84) == "0.8 s");
  CHECK(duration_text(123) == "2 min 3 s");
}

TEST_CASE("control characters from elsewhere do not reach the terminal") {
  CHECK(printable("a\x1b[2Jb\nc\x7f") == "a\\x1b[2Jb\\x0ac\\x7f");
  CHECK(printable("tab\tand ü") == "tab\tand ü");
}

TEST_SUITE_END();

}  // namespace
