// What a run waits for without working: gates before a start, health after it.
#include "agent/engine/plan_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using End = RunOutcome::End;
using Verdict = Ruling::Verdict;

std::chrono::milliseconds time_limit_of(const Desired& target, const DesiredContainer& container) {
  std::chrono::milliseconds limit{0};
  for (const auto& trigger : container.triggers) {
    limit = std::max(limit, trigger.timeout);
  }
  for (const auto& key : container.depends_on) {
    limit = std::max(limit, target.container(key)->healthy_deadline);
  }
  return limit;
}

base::Error too_late(const DesiredContainer& container, const std::string& waiting_for) {
  return {.code = base::ErrorCode::timed_out,
          .message = fmt::format("container {} waited too long for {}", container.key, waiting_for),
          .hint =
              "Look at the logs of what it waits for; raise the limit in the manifest if it is "
              "only slow.",
          .reason = "waited_too_long"};
}

}  // namespace

void PlanRun::check_waits() {
  const bool waits = std::any_of(tracks_.begin(), tracks_.end(), [](const Track& track) {
    return track.phase == Phase::gated || track.phase == Phase::awaiting;
  });
  if (!waits || ending_) {
    return;
  }
  if (auto seen = readiness_->refresh(); !seen) {
    stop_because(End::interrupted, std::move(seen).error(), nullptr);
    return;
  }
  std::vector<int> passed;
  for (const auto& step : plan_.steps) {
    if (track(step).phase == Phase::gated) {
      check_gate(step, passed);
    } else if (track(step).phase == Phase::awaiting) {
      check_health(step);
    }
    if (ending_) {
      return;
    }
  }
  begin(passed);
}

void PlanRun::check_gate(const Step& step, std::vector<int>& passed) {
  const auto* container = target_->container(step.object);
  BASE_ASSERT(container != nullptr);
  const auto ruling = readiness_->may_start(*container);
  switch (ruling.verdict) {
    case Verdict::reached:
      passed.push_back(step.id);
      return;
    case Verdict::failed:
      return finish(step, ruling.error);
    case Verdict::pending:
      break;
  }
  tell_waiting(step, ruling.waiting_for);
  auto since = track(step).since;
  if (!container->triggers.empty()) {
    const auto started = readiness_->publishers_started(*container);
    if (!started) {
      if (nobody_will_fire()) {
        finish(step,
               base::Error{.code = base::ErrorCode::invalid_input,
                           .message = fmt::format(
                               "container {} waits for {}, which nothing will ever start",
                               container->key,
                               ruling.waiting_for),
                           .hint = "Mend the circle of events in the manifest.",
                           .reason = "event_circle"});
      }
      return;
    }
    since = std::max(since, *started);
  }
  if (parts_.clock.monotonic_time() - since >= time_limit_of(*target_, *container)) {
    finish(step, too_late(*container, ruling.waiting_for));
  }
}

// Containers that only wait for each other's events would do so for ever.
bool PlanRun::nobody_will_fire() const {
  return working_ == 0 &&
         std::all_of(plan_.steps.begin(), plan_.steps.end(), [&](const Step& step) {
           const auto& track = tracks_[static_cast<std::size_t>(step.id)];
           if (track.phase == Phase::gated) {
             const auto* container = target_->container(step.object);
             return !container->triggers.empty() && !readiness_->publishers_started(*container);
           }
           return track.phase == Phase::done || (track.phase == Phase::pending && !is_ready(step));
         });
}

void PlanRun::check_health(const Step& step) {
  const auto* container = target_->container(step.object);
  BASE_ASSERT(container != nullptr);
  const auto ruling = readiness_->healthy(*container);
  switch (ruling.verdict) {
    case Verdict::reached:
      if (survives(CrashMoment::after_effect, step)) {
        finish(step, base::ok());
      }
      return;
    case Verdict::failed:
      return finish(step, ruling.error);
    case Verdict::pending:
      break;
  }
  tell_waiting(step, ruling.waiting_for);
  if (parts_.clock.monotonic_time() - track(step).since >= container->healthy_deadline) {
    finish(step, too_late(*container, ruling.waiting_for));
  }
}

}  // namespace agent::engine
