#pragma once
// Making a plan: a pure function of what should be and what is.

#include "agent/base/core/result.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/observation.hpp"
#include "agent/engine/plan.hpp"

#include <optional>

namespace agent::engine {

struct PlanOptions {
  bool purge = false;  // Without a target: data volumes are removed too.
  // The operation has been at work before. What runs with restart policy `no` may be unfinished
  // work of it, which nothing else tells, so that it is waited for again.
  bool resumed = false;
};

// Steps from `observation` towards `target`, or towards nothing when that is null. `previous` gives
// the order in which containers that are no longer wanted are stopped, and may be null. Only
// `kind`, `app`, `version`, `fingerprint`, `target`, `purge` and `steps` of the plan are set.
// Errors: invalid_input (a container depends on itself, or on one that does not exist).
base::Result<Plan> make_plan(const Observation& observation,
                             const Desired* target,
                             const Desired* previous,
                             const PlanOptions& options);

}  // namespace agent::engine
