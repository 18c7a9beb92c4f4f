#pragma once
// Running programs in containers that run.

#include "agent/base/core/result.hpp"
#include "agent/docker/call.hpp"
#include "agent/docker/containers.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::docker {

struct ExecSpec {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
  std::string user;
  std::string working_dir;
  bool tty = false;
  bool with_stdin = false;
  bool privileged = false;
};

struct ExecChunk {
  OutputStream stream = OutputStream::out;
  std::string data;  // Never empty.
};

// A program under way; dies before its engine does. One thread may read while another writes. When
// a session goes its connection closes; the program goes on: the engine has no way to end it.
class ExecSession {
 public:
  virtual ~ExecSession() = default;

  [[nodiscard]] virtual const std::string& id() const = 0;
  // Blocks for output. Nothing once the program has closed both streams.
  virtual base::Result<std::optional<ExecChunk>> read(const Call& call) = 0;
  // All of it. Error unavailable when the program no longer reads.
  virtual base::Status write(std::string_view data, const Call& call) = 0;
  virtual base::Status close_stdin() = 0;
  // For a TTY. Error conflict before the program has started.
  virtual base::Status resize(int rows, int columns, const Call& call) = 0;
  // Waits for the end, up to the deadline: the engine may report it a moment after the output
  // has ended.
  virtual base::Result<int> exit_code(const Call& call) = 0;
};

struct ExecState {
  bool running = false;
  std::optional<int> exit_code;
  int pid = 0;
};

struct ExecOutcome {
  int exit_code = 0;
  std::string output;  // Both streams as they came, the first `max_output` bytes.
  bool truncated = false;
};

class Executions {
 public:
  virtual ~Executions() = default;

  // Creates and starts it, attached. Errors: not_found, conflict (the container does not run).
  virtual base::Result<std::unique_ptr<ExecSession>> open_exec(const std::string& container,
                                                               const ExecSpec& spec,
                                                               const Call& call) = 0;
  virtual base::Result<ExecState> inspect_exec(const std::string& exec, const Call& call) = 0;
};

inline constexpr std::size_t k_exec_output_limit = 1U << 20U;

// Runs to the end. A non-zero exit code is a result; a program that does not exist is 126 or 127,
// as in a shell. On timed_out the program is left running in its container.
base::Result<ExecOutcome> run_in(Executions& executions,
                                 const std::string& container,
                                 const ExecSpec& spec,
                                 const Call& call,
                                 std::size_t max_output = k_exec_output_limit);

}  // namespace agent::docker
