#include "installer/cli/exit_codes.hpp"

namespace installer::cli {

ExitCode exit_code_of(const base::Error& error) noexcept {
  using base::ErrorCode;
  switch (error.code) {
    case ErrorCode::invalid_input:
    case ErrorCode::too_large:
      return ExitCode::invalid_input;
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
      return ExitCode::not_permitted;
    case ErrorCode::not_found:
      return ExitCode::not_found;
    case ErrorCode::conflict:
      return ExitCode::refused;
    case ErrorCode::unavailable:
      return error.reason == "no_agent" ? ExitCode::no_agent : ExitCode::operation_failed;
    case ErrorCode::timed_out:
    case ErrorCode::cancelled:
    case ErrorCode::io:
      return ExitCode::operation_failed;
    case ErrorCode::internal:
      return ExitCode::bug;
  }
  return ExitCode::bug;
}

}  // namespace installer::cli
