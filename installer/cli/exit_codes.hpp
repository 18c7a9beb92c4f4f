#pragma once

#include "agent/base/core/error.hpp"

namespace installer::cli {

// Documented in docs/cli.md and in --help; never renumbered.
enum class ExitCode {
  done = 0,
  operation_failed = 1,
  wrong_usage = 2,
  no_agent = 3,
  refused = 4,  // Conflict, stale plan, another operation.
  not_found = 5,
  not_permitted = 6,
  invalid_input = 7,  // A manifest, a setting.
  bug = 70,
  interrupted = 130,
};

[[nodiscard]] ExitCode exit_code_of(const base::Error& error) noexcept;
[[nodiscard]] constexpr int number_of(ExitCode code) noexcept {
  return static_cast<int>(code);
}

}  // namespace installer::cli
