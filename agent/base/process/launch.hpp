#pragma once
// Shared by Runner and Child: from a command to a running process. Internal to this folder.

#include "agent/base/fs/fd.hpp"
#include "agent/base/process/runner.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace base::process::internal {

// The program that PATH names. Errors: not_found.
Result<std::filesystem::path> find_program(const std::string& name);

// "NAME=value" for execve.
std::vector<std::string> environment_of(const Command& command);

// What happens in the child between fork and exec. Only system calls, and no memory: another thread
// of ours may have held a lock when we forked.
struct ChildSetup {
  int input = -1;  // These become 0, 1 and 2. Above 2, close-on-exec.
  int output = -1;
  int errors = -1;
  std::optional<Identity> identity;
  const char* directory = "";
  int death_signal = 0;  // Sent when the thread that forked ends; 0: none.
  pid_t parent = -1;     // Who forked: to notice that it ended before death_signal was set.

  // Returns an errno, 0 on success.
  [[nodiscard]] int operator()() const noexcept;
};

// A descriptor that is at least 3 and close-on-exec: the same one, or a copy where it was not.
Result<Fd> above_standard(Fd fd);

struct Pipe {
  Fd read_end;
  Fd write_end;
};
Result<Pipe> make_pipe();

struct Spawned {
  pid_t pid = -1;
  Fd exit_descriptor;  // Readable when the process has ended.
};

// Starts it as leader of a process group. Identity, directory and parent of `setup` are filled in
// here. Errors: those of Runner::run.
Result<Spawned> spawn(const Command& command, ChildSetup setup);

// Waits for the end, kills what is left of the process group while its number is still taken by the
// unreaped leader, and reaps it. Returns the wait status.
int reap_group(pid_t leader) noexcept;

}  // namespace base::process::internal
