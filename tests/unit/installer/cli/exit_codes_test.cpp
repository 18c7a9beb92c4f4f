#include "installer/cli/exit_codes.hpp"

#include <doctest/doctest.h>

#include "installer/cli/output.hpp"

namespace {

using base::Error;
using base::ErrorCode;
using installer::cli::error_text;
using installer::cli::exit_code_of;
using installer::cli::number_of;

TEST_SUITE_BEGIN("installer.cli.exit_codes");

TEST_CASE("every kind of error ends with its documented code") {
  const auto code = [](ErrorCode error, const std::string& reason = "") {
    return number_of(exit_code_of(Error{.code = error, .reason = reason}));
  };

  CHECK(code(ErrorCode::timed_out) == 1);
  CHECK(code(ErrorCode::io) == 1);
  CHECK(code(ErrorCode::unavailable) == 1);
  CHECK(code(ErrorCode::unavailable, "no_agent") == 3);
  CHECK(code(ErrorCode::conflict, "stale_plan") == 4);
  CHECK(code(ErrorCode::not_found) == 5);
  CHECK(code(ErrorCode::forbidden) == 6);
  CHECK(code(ErrorCode::unauthorized) == 6);
  CHECK(code(ErrorCode::invalid_input) == 7);
  CHECK(code(ErrorCode::too_large) == 7);
  CHECK(code(ErrorCode::internal) == 70);
}

TEST_CASE("an error is what happened and, indented, what to do") {
  CHECK(error_text({ErrorCode::conflict, "it runs already", "Wait."}) ==
        "error: it runs already\n  Wait.\n");
  CHECK(error_text({ErrorCode::conflict, "it runs already"}) == "error: it runs already\n");
}

TEST_SUITE_END();

}  // namespace
