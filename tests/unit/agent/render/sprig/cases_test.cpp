#include "tests/support/agent/manifest/template_cases.hpp"
#include "tests/support/corpus.hpp"
#include "tests/unit/agent/render/sprig/expansion.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

namespace {

TEST_SUITE_BEGIN("render.sprig.cases");

TEST_CASE("functions give what Go's Sprig gives") {
  const auto table = tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                                      "tests/unit/agent/render/sprig/cases.txt");

  CHECK(tests::check_template_cases(
            table, [](const std::string& text) { return tests::expand_with_sprig(text); }) >= 400);
}

TEST_CASE("every function has a case") {
  const auto table = tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) /
                                      "tests/unit/agent/render/sprig/cases.txt");
  std::set<std::string> words;
  std::string word;
  for (const char c : table) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word.push_back(c);
    } else {
      words.insert(std::exchange(word, {}));
    }
  }
  agent::manifest::FunctionTable functions;
  agent::render::sprig::add_functions(functions);

  for (const auto& entry : functions) {
    CHECK_MESSAGE(words.contains(entry.first), entry.first);
  }
}

TEST_CASE("what would change a rendering by itself is refused with the way out") {
  for (const std::string call : {"now",
                                 "ago 5",
                                 "randAlphaNum 5",
                                 "uuidv4",
                                 "genPrivateKey \"rsa\"",
                                 "env \"HOME\"",
                                 "htpasswd \"a\" \"b\"",
                                 "getHostByName \"example.com\"",
                                 "shuffle \"abc\""}) {
    CAPTURE(call);

    const auto result = tests::expand_with_sprig("{{repl " + call + "}}");

    REQUIRE_FALSE(result);
    CHECK(result.error().code == base::ErrorCode::invalid_input);
    CHECK(result.error().message.find("not in a manifest") != std::string::npos);
    CHECK_FALSE(result.error().hint.empty());
  }
}

TEST_SUITE_END();

}  // namespace
