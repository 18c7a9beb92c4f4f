#pragma once
// Running other programs. The one place in the product that may start a process.

#include "agent/base/core/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace base::process {

// Whose rights a child gets. Supplementary groups are dropped, no_new_privs is set.
struct Identity {
  uid_t user = 0;
  gid_t group = 0;
};

struct Command {
  std::vector<std::string> argv;  // argv[0] is a path or looked up in a fixed PATH; no shell.
  // The whole environment of the child. Without it: a fixed PATH, LANG=C.UTF-8 and HOME=/.
  std::optional<std::map<std::string, std::string>> environment;
  std::filesystem::path directory;   // Empty: ours.
  std::optional<Identity> identity;  // Needs root.
  std::string stdin_data;
  std::chrono::milliseconds timeout{30'000};  // Then SIGTERM to its group, SIGKILL 2 s later.
  std::size_t max_output = std::size_t{1}
                           << 20U;  // Of each stream: the last so many bytes are kept.
  std::stop_token stop;             // Ends it as the timeout does.
};

struct Completed {
  int exit_code = 0;  // 128 + N after signal N.
  std::string stdout_data;
  std::string stderr_data;
};

class Runner {
 public:
  virtual ~Runner() = default;

  // Runs to completion, in a process group of its own, with no descriptor of ours but the three
  // standard ones. A non-zero exit code is a result, not an error: only the caller knows what it
  // means. When the program ends, what it left in its group is killed. Errors: not_found (no such
  // program), timed_out, cancelled, io. Safe to call from any thread.
  virtual Result<Completed> run(const Command& command) = 0;
};

class SystemRunner final : public Runner {
 public:
  Result<Completed> run(const Command& command) override;
};

}  // namespace base::process
