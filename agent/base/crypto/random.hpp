#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base::crypto {

// From the kernel's generator.
[[nodiscard]] std::string random_bytes(std::size_t count);

// `count` characters, each drawn evenly from `alphabet` (1 to 256 characters).
[[nodiscard]] std::string random_text(std::string_view alphabet, std::size_t count);

}  // namespace base::crypto
