#include "agent/engine/planner.hpp"

#include "agent/engine/comparison.hpp"
#include "agent/engine/order.hpp"
#include "agent/engine/plan_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace agent::engine {
namespace {

base::Status check_dependencies(const Desired& target) {
  const auto edges = dependencies_of(target);
  for (const auto& [key, dependencies] : edges) {
    for (const auto& dependency : dependencies) {
      if (target.container(dependency) == nullptr) {
        return base::Error{
            base::ErrorCode::invalid_input,
            fmt::format("container {} depends on {}, which does not exist", key, dependency)};
      }
    }
  }
  if (const auto circle = circle_in(edges)) {
    return base::Error{
        base::ErrorCode::invalid_input,
        fmt::format("containers depend on each other in a circle: {}", fmt::join(*circle, " -> ")),
        "Remove one of these from depends_on.",
        "dependency_circle"};
  }
  return base::ok();
}

journal::OperationKind kind_of(const Observation& observation, const Desired* target) {
  if (target == nullptr) {
    return journal::OperationKind::down;
  }
  return observation.containers.empty() ? journal::OperationKind::install
                                        : journal::OperationKind::apply;
}

}  // namespace

base::Result<Plan> make_plan(const Observation& observation,
                             const Desired* target,
                             const Desired* previous,
                             const PlanOptions& options) {
  if (target != nullptr) {
    BASE_TRY(check_dependencies(*target));
  }
  const auto comparison = compare(observation, target, previous);

  Plan plan;
  plan.kind = kind_of(observation, target);
  plan.app = observation.app;
  plan.fingerprint = fingerprint(observation);
  plan.purge = options.purge;
  if (target != nullptr) {
    plan.version = target->version;
    plan.target = target->deployment;
  }
  PlanBuilder builder(observation, target, previous, comparison, options);
  builder.prepare();
  builder.create();
  builder.stop();
  builder.recreate();
  builder.start();
  builder.commit();
  builder.clean_up(target == nullptr && options.purge ? DataVolumes::remove : DataVolumes::keep);
  plan.steps = builder.take();
  return plan;
}

}  // namespace agent::engine
