// Any bytes are looked at as a package's tarball, within limits.

#include "agent/base/archive/tar_reader.hpp"
#include "registry/core/tarball.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view left(reinterpret_cast<const char*>(data), size);
  const auto source = [&left](std::span<char> buffer) -> base::Result<std::size_t> {
    const std::size_t count = std::min(buffer.size(), left.size());
    std::copy_n(left.begin(), count, buffer.begin());
    left.remove_prefix(count);
    return count;
  };
  static_cast<void>(registry::core::inspect_tarball(
      source, {.entries = 1000, .unpacked_bytes = 1U << 20U, .package_json_bytes = 1U << 16U}));
  return 0;
}
