#pragma once
// Running other programs to their end. For one that keeps running see child.hpp; nothing else in
// the product starts a process.

#include "agent/base/core/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace base::process {

// Whose rights a child gets. Supplementary groups are dropped, no_new_privs is set.
struct Identity {
  uid_t user = 0;
  gid_t group = 0;
};

enum class Stream { standard_output, standard_error };

struct Command {
  std::vector<std::string> argv;  // argv[0] is a path or looked up in a fixed PATH; no shell.
  // The whole environment of the child. Without it: a fixed PATH, LANG=C.UTF-8 and HOME=/.
  std::optional<std::map<std::string, std::string>> environment;
  std::filesystem::path directory;            // Empty: ours.
  std::optional<Identity> identity;           // Needs root.
  std::string stdin_data;                     // A child need not read it.
  std::chrono::milliseconds timeout{30'000};  // Then SIGTERM to its group, SIGKILL 2 s later.
  // Of each stream the last so many bytes are kept: a chatty child must not exhaust us.
  std::size_t max_output = std::size_t{1} << 20U;
  std::stop_token stop;  // Ends it as the timeout does.
  // Called for each line as it comes, without its end, on the thread that called run. A line longer
  // than 64 KiB comes in pieces. May be empty.
  std::function<void(Stream, std::string_view)> on_line;
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
  // means. When the program ends, what it left in its group is killed, and what left the group is
  // not waited for. Errors: not_found (no such program, or directory), forbidden, timed_out,
  // cancelled, io. Safe to call from any thread.
  virtual Result<Completed> run(const Command& command) = 0;
};

class SystemRunner final : public Runner {
 public:
  Result<Completed> run(const Command& command) override;
};

}  // namespace base::process
