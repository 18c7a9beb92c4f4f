// A reference that is accepted means the same when it is written out in full and read again.

#include "agent/release/image_reference.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using agent::release::parse_image_reference;
  const auto reference =
      parse_image_reference(std::string_view(reinterpret_cast<const char*>(data), size));
  if (reference) {
    const auto again = parse_image_reference(reference->full());
    if (!again || again->full() != reference->full()) {
      std::abort();
    }
  }
  return 0;
}
