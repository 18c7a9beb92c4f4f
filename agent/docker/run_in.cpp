#include "agent/docker/executions.hpp"

#include <algorithm>

namespace agent::docker {
namespace {

// What is left of the whole call's time, for its next part.
Call rest_of(const Call& call, std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return {.deadline = std::max(left, std::chrono::milliseconds(1)), .stop = call.stop};
}

}  // namespace

base::Result<ExecOutcome> run_in(Executions& executions,
                                 const std::string& container,
                                 const ExecSpec& spec,
                                 const Call& call,
                                 std::size_t max_output) {
  const auto deadline = std::chrono::steady_clock::now() + call.deadline;
  BASE_TRY_ASSIGN(const auto session, executions.open_exec(container, spec, call));
  if (spec.with_stdin) {
    BASE_TRY(session->close_stdin());
  }
  ExecOutcome outcome;
  while (true) {
    BASE_TRY_ASSIGN(const auto chunk, session->read(rest_of(call, deadline)));
    if (!chunk) {
      break;
    }
    const auto room = max_output - std::min(max_output, outcome.output.size());
    outcome.output.append(chunk->data, 0, room);
    outcome.truncated = outcome.truncated || chunk->data.size() > room;
  }
  BASE_TRY_ASSIGN(outcome.exit_code, session->exit_code(rest_of(call, deadline)));
  return outcome;
}

}  // namespace agent::docker
