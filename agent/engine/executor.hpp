#pragma once
// Carrying out a plan. One coordinator, the calling thread, owns all decisions and the journal's
// order; a few workers make the calls that block. Waiting for containers takes no worker.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "agent/docker/engine.hpp"
#include "agent/engine/crash_points.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/listener.hpp"
#include "agent/engine/mailbox.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/probes.hpp"
#include "agent/engine/readiness.hpp"
#include "agent/journal/journal.hpp"
#include "agent/release/image_source.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace agent::engine {

struct ExecutorOptions {
  int workers = 8;
  // The longest time between two looks at what is waited for; container events shorten it.
  std::chrono::milliseconds tick{100};
  ReadinessOptions readiness;
};

struct ExecutorParts {  // All outlive the executor.
  docker::Engine& engine;
  release::ImageSource& images;
  journal::Journal& journal;
  Probes& probes;
  const base::Clock& clock;
  CrashPoints& crash_points;
  OperationListener& listener;
};

struct RunOutcome {
  enum class End {
    done,
    failed,       // A step failed; the others were brought to their end, no further one was begun.
    interrupted,  // The engine did not answer: look again, plan anew.
    unrecorded,   // The journal cannot be written: nothing is done without it.
    cancelled,
    died,  // At a crash point, or because the agent stops: nothing more is recorded.
  };
  End end = End::done;
  std::optional<base::Error> error;
  std::string component;      // Docker's name of the container whose step failed, if it was one.
  bool data_removed = false;  // A data volume is gone: there is no way back.
};

// What a run may be ended by, each seen within moments.
struct RunStops {
  std::stop_token cancel;
  std::stop_token shutdown;
};

class Executor {
 public:
  Executor(ExecutorParts parts, ExecutorOptions options);

  // Carries out `plan`, whose steps the journal has as `attempt` of `operation`. `target` is what
  // the plan was made for; null for none. Blocks; one run at a time.
  RunOutcome run(journal::OperationId operation,
                 int attempt,
                 const Plan& plan,
                 const Desired* target,
                 const RunStops& stops);

  // Something happened to a container: look at once. From any thread.
  void wake();

 private:
  ExecutorParts parts_;
  ExecutorOptions options_;
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
};

}  // namespace agent::engine
