// Any text is read as a manifest, and ends in a manifest or in diagnostics that can be printed.

#include "agent/manifest/document.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto outcome = agent::manifest::read_manifest(text);
  for (const auto& diagnostic : outcome.diagnostics) {
    if (agent::manifest::to_string(diagnostic).empty()) {
      std::abort();
    }
  }
  return 0;
}
