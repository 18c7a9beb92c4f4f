#pragma once
// Text to list and back, as Go's `strings` does it. Inside agent/render only.

#include "agent/render/sprig/arguments.hpp"

#include <limits>
#include <string_view>

namespace agent::render::sprig {

// At most so many parts, the last with all that is left. An empty separator parts characters.
// Errors: too_large.
Result<ValueList> split_text(const FunctionCall& call,
                             std::string_view text,
                             std::string_view separator,
                             std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace agent::render::sprig
