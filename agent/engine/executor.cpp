#include "agent/engine/executor.hpp"

#include "agent/engine/plan_run.hpp"

namespace agent::engine {

Executor::Executor(ExecutorParts parts, ExecutorOptions options)
    : parts_(parts), options_(options) {}

RunOutcome Executor::run(journal::OperationId operation,
                         int attempt,
                         const Plan& plan,
                         const Desired* target,
                         const RunStops& stops) {
  const PlanRun::Order order{
      .operation = operation, .attempt = attempt, .plan = plan, .target = target, .stops = stops};
  return PlanRun(parts_, options_, mailbox_, order).go();
}

void Executor::wake() {
  mailbox_->wake();
}

}  // namespace agent::engine
