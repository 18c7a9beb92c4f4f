#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

// `%XX` to bytes, once: "%252f" gives "%2f". Any byte may come out, a NUL too: which of them a name
// can hold is for the caller to say. Nothing when an escape is cut or is not hexadecimal.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace base
