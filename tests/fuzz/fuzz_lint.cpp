// Any text is linted in both ways, and what is found can be told in every format.

#include "agent/manifest/lint/linter.hpp"
#include "agent/manifest/lint/report.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

void tell(const std::vector<agent::manifest::lint::Result>& results) {
  using namespace agent::manifest::lint;
  const bool told = !to_text("f", results).empty() && !to_junit("f", results).empty() &&
                    to_json(results).size() == results.size() && !to_sarif("f", results).empty();
  if (!told) {
    std::abort();
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace agent::manifest::lint;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tell(lint(text, Scheduler::native));
  tell(lint_as_original(text, Scheduler::native));
  return 0;
}
