#pragma once
// Shared by Runner and Child: what happens between fork and exec. Internal to this folder.

#include "agent/base/process/runner.hpp"

#include <string>
#include <vector>

namespace base::process::internal {

// The program that PATH names. Errors: not_found.
Result<std::filesystem::path> find_program(const std::string& name);

// "NAME=value" for execve.
std::vector<std::string> environment_of(const Command& command);

// Called in the child. Only what is safe after fork in a program with threads: system calls.
// Returns an errno, 0 on success.
struct ChildSetup {
  std::optional<Identity> identity;
  std::string directory;
  int death_signal = 0;  // Sent to the child when the thread that started it ends; 0: none.
  [[nodiscard]] int operator()() const noexcept;
};

}  // namespace base::process::internal
