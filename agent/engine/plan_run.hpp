#pragma once

#include "agent/engine/effects.hpp"
#include "agent/engine/executor.hpp"

#include <map>
#include <set>
#include <vector>

namespace agent::engine {

// One run of one plan; the state behind Executor::run. Everything but the workers' calls happens on
// the coordinator's thread.
class PlanRun {
 public:
  // What to run; all that it refers to outlives the run.
  struct Order {
    journal::OperationId operation;
    int attempt = 0;
    const Plan& plan;
    const Desired* target = nullptr;
    const RunStops& stops;
  };

  PlanRun(const ExecutorParts& parts,
          const ExecutorOptions& options,
          std::shared_ptr<Mailbox> mailbox,
          const Order& order);

  RunOutcome go();

 private:
  enum class Phase { pending, gated, awaiting, working, done, failed };
  struct Track {
    Phase phase = Phase::pending;
    base::MonotonicTime since;  // Of gated and awaiting.
    std::string waiting_for;    // As told to the listener last.
    journal::StepRecord record;
  };

  void notice_stops();
  void open_ready_steps();
  [[nodiscard]] bool is_ready(const Step& step) const;
  void check_waits();
  void check_gate(const Step& step, std::vector<int>& passed);
  void check_health(const Step& step);
  [[nodiscard]] bool nobody_will_fire() const;
  void begin(const std::vector<int>& steps);
  void submit(const Step& step);
  void effect_done(const Step& step, const base::Status& status);
  void finish(const Step& step, base::Status status);
  void stop_because(RunOutcome::End end, std::optional<base::Error> error, const Step* step);
  bool survives(CrashMoment moment, const Step& step);
  void tell(const Step& step);
  void tell_waiting(const Step& step, const std::string& waiting_for);
  [[nodiscard]] Track& track(const Step& step) {
    return tracks_[static_cast<std::size_t>(step.id)];
  }
  [[nodiscard]] bool over() const;

  const ExecutorParts& parts_;
  const ExecutorOptions& options_;
  std::shared_ptr<Mailbox> mailbox_;
  journal::OperationId operation_;
  int attempt_;
  const Plan& plan_;
  const Desired* target_;
  const RunStops& stops_;

  std::vector<Track> tracks_;
  std::size_t done_ = 0;
  int working_ = 0;  // Steps whose effect is under way.
  bool ending_ = false;
  RunOutcome outcome_;
  std::stop_source long_calls_;  // Pulls and commands: what need not be brought to its end.
  Effects effects_;
  WorkerPool pool_;  // After everything that its work refers to.
  std::optional<Readiness> readiness_;
};

}  // namespace agent::engine
