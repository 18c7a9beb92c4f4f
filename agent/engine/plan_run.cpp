#include "agent/engine/plan_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using End = RunOutcome::End;
using Verdict = Ruling::Verdict;

// Docker answers start and create when they are done, and a loaded host takes its time. For pulls
// it is the longest silence.
constexpr std::chrono::seconds k_effect_deadline{120};

bool is_container_step(const Step& step) {
  return step.kind == StepKind::start_container || step.kind == StepKind::await_healthy;
}

// The engine went away, rather than refused. A pull's `unavailable` is the registry's, and a
// reason names a verdict of ours.
bool is_interruption(const Step& step, const base::Error& error) {
  return step.kind != StepKind::pull_image && error.reason.empty() &&
         (error.code == base::ErrorCode::unavailable || error.code == base::ErrorCode::timed_out);
}

}  // namespace

PlanRun::PlanRun(const ExecutorParts& parts,
                 const ExecutorOptions& options,
                 std::shared_ptr<Mailbox> mailbox,
                 const Order& order)
    : parts_(parts),
      options_(options),
      mailbox_(std::move(mailbox)),
      operation_(order.operation),
      attempt_(order.attempt),
      plan_(order.plan),
      target_(order.target),
      stops_(order.stops),
      tracks_(plan_.steps.size()),
      effects_(parts.engine, parts.images, parts.journal, plan_.app, target_),
      pool_(options.workers) {
  for (const auto& step : plan_.steps) {
    track(step).record = {.attempt = attempt_,
                          .index = step.id,
                          .kind = std::string(name_of(step.kind)),
                          .subject = step.subject,
                          .reason = step.reason};
  }
  if (target_ != nullptr) {
    readiness_.emplace(parts.engine,
                       parts.probes,
                       parts.clock,
                       mailbox_,
                       pool_,
                       *target_,
                       options.readiness,
                       long_calls_.get_token());
  }
}

RunOutcome PlanRun::go() {
  const std::stop_callback wake_on_cancel(stops_.cancel, [this] { mailbox_->wake(); });
  const std::stop_callback wake_on_shutdown(stops_.shutdown, [this] { mailbox_->wake(); });
  for (;;) {
    notice_stops();
    if (!ending_) {
      open_ready_steps();
      check_waits();
    }
    if (over()) {
      break;
    }
    mailbox_->open_all(options_.tick);
  }
  // Letters of probes and commands that come later find only their shared checks.
  long_calls_.request_stop();
  return outcome_;
}

bool PlanRun::over() const {
  return working_ == 0 && (ending_ || done_ == plan_.steps.size());
}

void PlanRun::notice_stops() {
  if (ending_ || done_ == plan_.steps.size()) {
    return;
  }
  if (stops_.shutdown.stop_requested()) {
    stop_because(End::died, std::nullopt, nullptr);
  } else if (stops_.cancel.stop_requested()) {
    stop_because(End::cancelled,
                 base::Error{.code = base::ErrorCode::cancelled,
                             .message = "the operation was cancelled",
                             .reason = "cancelled"},
                 nullptr);
  }
}

void PlanRun::stop_because(End end, std::optional<base::Error> error, const Step* step) {
  if (ending_) {
    return;
  }
  ending_ = true;
  outcome_.end = end;
  outcome_.error = std::move(error);
  if (step != nullptr && is_container_step(*step)) {
    outcome_.component = step->subject;
  }
  long_calls_.request_stop();
}

bool PlanRun::is_ready(const Step& step) const {
  return tracks_[static_cast<std::size_t>(step.id)].phase == Phase::pending &&
         std::all_of(step.after.begin(), step.after.end(), [&](int before) {
           return tracks_[static_cast<std::size_t>(before)].phase == Phase::done;
         });
}

void PlanRun::open_ready_steps() {
  std::vector<int> ready;
  for (const auto& step : plan_.steps) {
    if (!is_ready(step)) {
      continue;
    }
    if (step.kind == StepKind::start_container) {
      track(step).phase = Phase::gated;
      track(step).since = parts_.clock.monotonic_time();
    } else {
      ready.push_back(step.id);
    }
  }
  begin(ready);
}

void PlanRun::begin(const std::vector<int>& steps) {
  if (steps.empty() || ending_) {
    return;
  }
  if (auto recorded = parts_.journal.record_intents(operation_, attempt_, steps); !recorded) {
    stop_because(End::unrecorded, std::move(recorded).error(), nullptr);
    return;
  }
  const auto now = parts_.clock.wall_time();
  for (const int id : steps) {
    const auto& step = plan_.steps[static_cast<std::size_t>(id)];
    auto& record = track(step).record;
    record.state = journal::StepState::intent;
    record.started = now;
    tell(step);
    if (!survives(CrashMoment::after_intent, step)) {
      return;
    }
    if (step.kind == StepKind::await_healthy) {
      track(step).phase = Phase::awaiting;
      track(step).since = parts_.clock.monotonic_time();
    } else {
      submit(step);
    }
  }
}

void PlanRun::submit(const Step& step) {
  track(step).phase = Phase::working;
  ++working_;
  outcome_.data_removed = outcome_.data_removed || step.kind == StepKind::remove_volume;
  docker::Call call{.deadline = k_effect_deadline + step.grace};
  if (step.kind == StepKind::pull_image) {
    call.stop = long_calls_.get_token();
  }
  pool_.submit([this, &step, call] {
    auto told = base::MonotonicTime::min();
    const auto on_progress = [this, &told](const Progress& progress) {
      // An engine reports every few kilobytes; people see five a second.
      constexpr std::chrono::milliseconds k_between{200};
      const auto now = parts_.clock.monotonic_time();
      if (told != base::MonotonicTime::min() && now - told < k_between) {
        return;
      }
      told = now;
      mailbox_->post([this, progress] { parts_.listener.on_progress(operation_, progress); });
    };
    auto status = effects_.perform(step, on_progress, call);
    mailbox_->post([this, &step, status = std::move(status)] { effect_done(step, status); });
  });
}

void PlanRun::effect_done(const Step& step, const base::Status& status) {
  --working_;
  if (survives(CrashMoment::after_effect, step)) {
    finish(step, status);
  }
}

void PlanRun::finish(const Step& step, base::Status status) {
  auto& track = this->track(step);
  const bool good = status.has_value();
  if (!good && target_ != nullptr) {
    // The engine likes to quote a container's command, which may hold a password.
    auto error = std::move(status).error();
    error.message = render::masked(std::move(error.message), target_->secrets);
    status = std::move(error);
  }
  track.phase = good ? Phase::done : Phase::failed;
  track.record.state = good ? journal::StepState::done : journal::StepState::failed;
  track.record.error = good ? "" : status.error().message;
  track.record.ended = parts_.clock.wall_time();
  if (!good) {
    stop_because(is_interruption(step, status.error()) ? End::interrupted : End::failed,
                 status.error(),
                 &step);
  }
  auto recorded = parts_.journal.record_result(
      operation_, attempt_, step.id, track.record.state, track.record.error);
  if (!recorded) {
    stop_because(End::unrecorded, std::move(recorded).error(), nullptr);
    return;
  }
  done_ += good ? 1 : 0;
  tell(step);
  survives(CrashMoment::after_result, step);
}

bool PlanRun::survives(CrashMoment moment, const Step& step) {
  if (ending_ && outcome_.end == End::died) {
    return false;
  }
  if (parts_.crash_points.reached(moment, step) == Survival::die) {
    ending_ = true;
    outcome_ = RunOutcome{.end = End::died, .data_removed = outcome_.data_removed};
    long_calls_.request_stop();
    return false;
  }
  return true;
}

void PlanRun::tell(const Step& step) {
  parts_.listener.on_step(operation_, track(step).record);
}

void PlanRun::tell_waiting(const Step& step, const std::string& waiting_for) {
  auto& track = this->track(step);
  if (track.waiting_for != waiting_for) {
    track.waiting_for = waiting_for;
    parts_.listener.on_progress(operation_,
                                {.step = step.id, .text = "waiting for " + waiting_for});
  }
}

}  // namespace agent::engine
