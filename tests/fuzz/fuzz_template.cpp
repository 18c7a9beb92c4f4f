// Any text is expanded as a template within limits, and text without an action comes back as it is.

#include "agent/manifest/template.hpp"
#include "agent/render/sprig/functions.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace agent::manifest;
  static const FunctionTable functions = [] {
    auto table = builtin_functions();
    agent::render::sprig::add_functions(table);
    return table;
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expanded = expand_template(text, functions);
  if (!has_template(text) && (!expanded || *expanded != text)) {
    std::abort();
  }
  return 0;
}
