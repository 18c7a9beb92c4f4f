#pragma once
// The programmable commands of `test_proc`, which give results for the manifest to judge. Inside
// this library only.

#include "agent/config/builtin_tests.hpp"
#include "agent/config/test_outcome.hpp"
#include "agent/config/test_procedure.hpp"
#include "agent/manifest/document.hpp"

#include <functional>
#include <string>

namespace agent::config {

using TestExpander = std::function<base::Result<std::string>(const std::string& text)>;

struct TestProgram {
  const TestProcedure& procedure;
  const manifest::Manifest& manifest;
  const TestExpander& expand;  // Templates in the command's data.
  TestCall call;
};

// Status codes beside those of programs and HTTP: 1 anything, 22 wrong data, 62 timed out, 98 port
// in use, 111 refused.
TestOutput run_test_program(const TestProgram& program);

// The two that run in a container.
base::Result<ProgramOutput> run_in_container(const TestProgram& program);

}  // namespace agent::config
