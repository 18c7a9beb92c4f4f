// What the reader of common YAML takes, it takes as yaml-cpp does.

#include "agent/base/data/yaml_block_reader.hpp"
#include "agent/base/data/yaml_event_reader.hpp"
#include "tests/support/agent/base/data/yaml_outline.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const base::data::YamlLimits limits;
  const auto quick = base::data::YamlBlockReader(text, limits).read();
  if (!quick) {
    return 0;
  }
  const auto whole = base::data::read_first_yaml_events(text, limits);
  if (!whole || !whole->repeated.empty() ||
      tests::yaml_outline(*quick) != tests::yaml_outline(whole->document)) {
    std::abort();
  }
  return 0;
}
