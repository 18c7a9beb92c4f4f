#pragma once

namespace agent::daemon {

// Of the whole product; from the top CMakeLists.txt.
inline constexpr const char* k_version = SLIPWAY_VERSION;

}  // namespace agent::daemon
