#pragma once

#include "agent/base/fs/fd.hpp"
#include "agent/base/process/runner.hpp"

#include <chrono>
#include <filesystem>
#include <optional>

namespace base::process {

struct ChildOptions {
  // Standard output and error are appended to this file (mode 0640); ours when empty.
  std::filesystem::path log_file;
  // SIGTERM to the child when the thread that spawned it ends (the kernel counts by threads): spawn
  // from one that lives as long as the child should.
  bool ends_with_parent = false;
};

struct ExitStatus {
  int code = 0;    // 128 + N after signal N.
  int signal = 0;  // 0 when it ended by itself.
};

// A program that runs beside us, with an empty standard input. Its owner ends it: the destructor
// kills what still runs. Belongs to one thread at a time.
class Child {
 public:
  // Of the command: argv, environment, directory and identity. Errors: as those of Runner::run.
  static Result<Child> spawn(const Command& command, const ChildOptions& options = {});

  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  // Becomes readable when the child has ended, for a poll loop.
  [[nodiscard]] int exit_descriptor() const noexcept { return exit_descriptor_.get(); }

  // Blocks until it ends, or `timeout` has passed: then nothing. The answer stays the same.
  std::optional<ExitStatus> wait_for(std::chrono::milliseconds timeout);
  ExitStatus wait();

  // To its process group; nothing when it has ended.
  void send_signal(int number) const;
  // SIGTERM to its process group, SIGKILL after `grace`, and waits for the end.
  ExitStatus terminate(std::chrono::milliseconds grace);

 private:
  Child(pid_t pid, Fd exit_descriptor) noexcept;
  ExitStatus reap();
  void kill_and_reap() noexcept;

  pid_t pid_ = -1;
  Fd exit_descriptor_;
  std::optional<ExitStatus> status_;
};

}  // namespace base::process
