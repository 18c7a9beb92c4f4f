#pragma once
// What the results of a programmable test mean. Inside this library only.

#include "agent/config/test_procedure.hpp"
#include "agent/config/testing.hpp"
#include "agent/manifest/template_function.hpp"

#include <optional>
#include <string>
#include <vector>

namespace agent::config {

struct TestOutput {
  std::vector<std::string> results;
  int status_code = 0;               // 0: it did what it should.
  std::optional<base::Error> error;  // Why it did not.
};

struct TestVerdict {
  TestStatus status = TestStatus::success;
  std::string message;
};

// The first outcome that holds. Errors: invalid_input for a template of it that is wrong, or when
// none holds.
base::Result<TestVerdict> judge(const std::vector<TestOutcome>& outcomes,
                                const TestOutput& output,
                                const manifest::FunctionTable& functions);

}  // namespace agent::config
