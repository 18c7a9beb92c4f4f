#pragma once

namespace installer::cli {

// With what the verbs of `slipway manifest` end.
constexpr int k_accepted = 0;
constexpr int k_refused = 1;
constexpr int k_unreadable = 2;

}  // namespace installer::cli
