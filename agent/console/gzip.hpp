#pragma once

#include <string>
#include <string_view>

namespace agent::console {

// The gzip form with the strongest compression; empty when memory is short.
std::string gzip(std::string_view bytes);

}  // namespace agent::console
