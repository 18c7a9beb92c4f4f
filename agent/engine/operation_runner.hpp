#pragma once
// Driving an operation to its end, whatever happens on the way: observe, plan, carry out, and from
// the top when the world moved. The same code starts an operation, resumes one after the agent
// died, and turns one back.

#include "agent/base/core/secret.hpp"
#include "agent/engine/executor.hpp"
#include "agent/engine/observation.hpp"
#include "agent/engine/snapshot_taker.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace agent::engine {

struct OperationOptions {
  ExecutorOptions executor;
  std::chrono::milliseconds engine_patience{600'000};  // For an engine that went away.
  std::chrono::milliseconds engine_retry{500};
  int interruptions = 5;  // In a row, with an engine that answers: then it is a failure.
  std::chrono::milliseconds journal_retry{5'000};
  std::chrono::milliseconds engine_grace{5'000};  // For the restarts of an engine that came back.
};

struct OperationParts {
  ExecutorParts execution;
  SnapshotTaker& snapshots;
  const base::Secret& label_key;
};

// The deployment as the engine's terms. Errors: those of the journal; internal for a document that
// cannot be read.
base::Result<std::optional<Desired>> load_desired(journal::Journal& journal,
                                                  const std::optional<journal::DeploymentId>& id,
                                                  const base::Secret& label_key);

// Everything a plan towards `target` is made against: the engine, the host's directories, what the
// journal knows about volumes. `target` may be null.
base::Result<Observation> observe_for(docker::Engine& engine,
                                      journal::Journal& journal,
                                      const std::string& app,
                                      const Desired* target);

class OperationRunner {
 public:
  OperationRunner(OperationParts parts, OperationOptions options);

  // Blocks until the operation is in a final state, or until `stops.shutdown`, after which it can
  // be driven again. Returns the record as it is then. `record` is running or reverting. Errors:
  // those of the journal, when it cannot be read or written any more; drive again later.
  base::Result<journal::OperationRecord> drive(journal::OperationRecord record,
                                               const RunStops& stops);

  // As Executor::wake.
  void wake();

 private:
  struct Course;
  enum class Next { go_on, stop };

  base::Result<Next> advance(Course& course);
  base::Result<RunOutcome> attempt(Course& course);
  base::Result<Next> conclude(Course& course, const RunOutcome& outcome);
  base::Result<Next> interrupted(Course& course, const base::Error& error);
  base::Result<Next> turn_back(Course& course, const base::Error& error);
  base::Result<Next> finish(Course& course,
                            journal::OperationState state,
                            const std::optional<base::Error>& error,
                            const std::optional<journal::DeploymentId>& current);
  bool wait_for_engine(Course& course);
  void keep_last_lines(Course& course, const std::string& container);
  void log(const Course& course, const std::string& text);
  base::Status announce(Course& course);

  OperationParts parts_;
  OperationOptions options_;
  Executor executor_;
};

}  // namespace agent::engine
