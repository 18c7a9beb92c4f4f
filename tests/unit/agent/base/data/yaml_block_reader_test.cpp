#include "agent/base/data/yaml_block_reader.hpp"

#include "agent/base/data/yaml_event_reader.hpp"
#include "tests/support/agent/base/data/yaml_outline.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace {

using base::data::read_first_yaml_events;
using base::data::YamlBlockReader;
using base::data::YamlLimits;
using tests::yaml_outline;

enum class Taken { no, yes };

// Whatever is taken must be what yaml-cpp makes of it.
Taken read_both(const std::string& text, const YamlLimits& limits = {}) {
  CAPTURE(text);
  const auto quick = YamlBlockReader(text, limits).read();
  if (!quick) {
    return Taken::no;
  }
  const auto whole = read_first_yaml_events(text, limits);
  REQUIRE(whole);
  CHECK(yaml_outline(*quick) == yaml_outline(whole->document));
  return Taken::yes;
}

TEST_SUITE_BEGIN("base.data.yaml_block_reader");

TEST_CASE("what manifests are written in is read as yaml-cpp reads it") {
  constexpr std::array k_texts{
      "a: b",
      "a:\n  b: c # why\n  # more\nd:   'it''s'   \n",
      "- a\n-\n- - b\n  - c\n-   d: e\n    f:\n    - g\n",
      "a:\n- b\n-\nc:\nd: ~\ne: NULL",
      "a: one\n  two\n\n\n  three: no\n",
      "a: one\n  two\n\n\n  three\nb: \"x\\n  \n   y\n\n z\"\nc: 'x\n   y'\n",
      "a: |\n  b\n   c  \n\n  # d\n # e\nf: |-\n    g\n\n\nh: |+\n  i\n\nj: k\n",
      "a: >\n  b\n  c\n\n  d\n    e\n\n    f\n  g\nh: >-\n  i\n  j",
      "a: []\nb: {}\nc: [d, \"e\", 'f', 1:2, {g: h, \"i\":j}]\nd: {e: [f], g: /h}\n",
      "\"a b\": c\nd e : f:g\n\"\": \nurl: http://x:1/#y\n",
      "---\n# only one\nk: \"\\\" \\\\ \\t \\/\"\nö: ß\n",
  };
  for (const std::string text : k_texts) {
    const bool broken = text.find("three: no") != std::string::npos;
    CHECK(read_both(text) == (broken ? Taken::no : Taken::yes));
  }
}

TEST_CASE("what is beyond that is left alone") {
  for (const std::string text : {"",
                                 "# nothing\n",
                                 "text",
                                 "a: 1\n---\nb: 2\n",
                                 "a: &x 1\nb: *x\n",
                                 "a: !t b",
                                 "%YAML 1.1\n---\n",
                                 "a: 1\na: 2\n",
                                 "<<: {a: b}\n",
                                 "a:\tb\n",
                                 "a: b\r\n",
                                 "a: \"\\x41\"\n",
                                 "? a\n: b\n",
                                 "a: |2\n   b\n",
                                 "a: b\n   # c\n  d\n",
                                 "a: [b\n]",
                                 "a: [b, , c]\n",
                                 "a: b: c\n",
                                 "a: - b\n",
                                 "a:\n   b: c\n  d: e\n",
                                 "a: 'b",
                                 "a: \"b\nc\n\n\"\n",
                                 "a: b\n c\n#d\n ",
                                 "\xEF\xBB\xBF a: b",
                                 "~: a\n"}) {
    CAPTURE(text);
    CHECK(read_both(text) == Taken::no);
  }
}

TEST_CASE("at a limit yaml-cpp's reader says what is wrong") {
  CHECK(read_both("a: [[b]]\n", {.max_depth = 3}) == Taken::yes);
  CHECK(read_both("a: [[b]]\n", {.max_depth = 2}) == Taken::no);
  CHECK(read_both("a: b\n", {.max_nodes = 3}) == Taken::yes);
  CHECK(read_both("a: b\n", {.max_nodes = 2}) == Taken::no);
}

// Lines are taken out and moved to the side, and characters put in that mean something.
TEST_CASE("documents that are slightly off are read as yaml-cpp reads them, or left to it") {
  const auto root = std::filesystem::path(SLIPWAY_SOURCE_DIR);
  constexpr std::array<std::string_view, 12> k_bits{
      "- ", ": ", " #", "'", "\"", "\n", "  ", "|\n", ">-\n", "{", "]", "?"};
  std::size_t taken = 0;
  for (const auto* name : {"collections.yaml", "scalars.yaml"}) {
    const auto text = tests::file_text(root / "tests/fuzz/seeds/fuzz_yaml" / name);
    CHECK(read_both(text) == Taken::yes);
    for (std::size_t at = 0; at < text.size(); ++at) {
      auto other = text;
      other.insert(at, k_bits.at(at % k_bits.size()));
      taken += read_both(other) == Taken::yes ? 1 : 0;
      taken += read_both(text.substr(0, at)) == Taken::yes ? 1 : 0;
      other = text;
      other.erase(at, 1 + at % 3);
      taken += read_both(other) == Taken::yes ? 1 : 0;
    }
  }
  CHECK(taken > 500);
}

TEST_CASE("documents of others are read as yaml-cpp reads them") {
  const auto folder = tests::corpus_folder(SLIPWAY_SOURCE_DIR);
  if (!folder) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no corpus");
    return;
  }
  std::size_t taken = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*folder)) {
    if (file.path().extension() == ".yaml") {
      CAPTURE(file.path().string());
      taken += read_both(tests::file_text(file.path())) == Taken::yes ? 1 : 0;
    }
  }
  CHECK(taken > 20);
}

TEST_SUITE_END();

}  // namespace
