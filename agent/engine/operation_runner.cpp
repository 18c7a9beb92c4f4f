#include "agent/engine/operation_runner.hpp"

#include "agent/base/core/pause.hpp"
#include "agent/base/log/log.hpp"
#include "agent/engine/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace agent::engine {
namespace {

using base::Error;
using base::ErrorCode;
using journal::OperationState;
using End = RunOutcome::End;

constexpr std::chrono::seconds k_look_deadline{30};

bool stops_something(const Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return step.kind == StepKind::stop_container;
  });
}

std::vector<journal::StepRecord> records_of(const Plan& plan) {
  std::vector<journal::StepRecord> records;
  for (const auto& step : plan.steps) {
    records.push_back({.index = step.id,
                       .kind = std::string(name_of(step.kind)),
                       .subject = step.subject,
                       .reason = step.reason});
  }
  return records;
}

}  // namespace

// An operation under way.
struct OperationRunner::Course {
  journal::OperationRecord record;
  std::optional<Desired> target;
  std::optional<Desired> previous;
  RunStops stops;
  int interruptions = 0;
  bool data_removed = false;

  [[nodiscard]] bool reverting() const { return record.state == OperationState::reverting; }
  [[nodiscard]] const Desired* goal() const {
    const auto& desired = reverting() ? previous : target;
    return desired ? &*desired : nullptr;
  }
  [[nodiscard]] const Desired* left() const {
    const auto& desired = reverting() ? target : previous;
    return desired ? &*desired : nullptr;
  }
  [[nodiscard]] const Desired& either() const { return target ? *target : *previous; }
  // Cancelling an operation that turns back already changes nothing.
  [[nodiscard]] RunStops effective_stops() const {
    return {.cancel = reverting() ? std::stop_token() : stops.cancel, .shutdown = stops.shutdown};
  }
};

base::Result<std::optional<Desired>> load_desired(journal::Journal& journal,
                                                  const std::optional<journal::DeploymentId>& id,
                                                  const base::Secret& label_key) {
  if (!id) {
    return std::optional<Desired>();
  }
  BASE_TRY_ASSIGN(const auto stored, journal.deployment(*id));
  BASE_TRY_ASSIGN(const auto deployment, render::deployment_from_json(stored.document));
  BASE_TRY_ASSIGN(auto desired, desired_of(deployment, label_key.reveal()));
  return std::optional<Desired>(std::move(desired));
}

base::Result<Observation> observe_for(docker::Engine& engine,
                                      journal::Journal& journal,
                                      const std::string& app,
                                      const Desired* target) {
  const auto images = target == nullptr ? std::set<std::string>() : target->images();
  BASE_TRY_ASSIGN(auto observation, observe(engine, app, images, {.deadline = k_look_deadline}));
  BASE_TRY_ASSIGN(observation.complete, journal.complete_volumes());
  if (target != nullptr) {
    for (const auto& directory : target->host_directories) {
      std::error_code failure;
      if (std::filesystem::is_directory(directory.path, failure)) {
        observation.directories.insert(directory.path);
      }
    }
  }
  return observation;
}

OperationRunner::OperationRunner(OperationParts parts, OperationOptions options)
    : parts_(parts), options_(options), executor_(parts.execution, options.executor) {}

void OperationRunner::wake() {
  executor_.wake();
}

void OperationRunner::log(const Course& course, const std::string& text) {
  base::log::info("operation", {{"operation", course.record.id.value}, {"text", text}});
  // The line is for people; an operation does not fail for want of it.
  if (auto written = parts_.execution.journal.append_log(course.record.id, text); !written) {
    base::log::warn("cannot write the operation's log", written.error());
  }
  parts_.execution.listener.on_log(course.record.id,
                                   {.time = parts_.execution.clock.wall_time(), .text = text});
}

base::Status OperationRunner::announce(Course& course) {
  BASE_TRY_ASSIGN(course.record, parts_.execution.journal.operation(course.record.id));
  parts_.execution.listener.on_operation(course.record);
  return base::ok();
}

base::Result<journal::OperationRecord> OperationRunner::drive(journal::OperationRecord record,
                                                              const RunStops& stops) {
  Course course{.record = std::move(record), .stops = stops};
  BASE_TRY_ASSIGN(course.target,
                  load_desired(parts_.execution.journal, course.record.target, parts_.label_key));
  BASE_TRY_ASSIGN(course.previous,
                  load_desired(parts_.execution.journal, course.record.previous, parts_.label_key));
  BASE_ASSERT(course.target || course.previous);
  parts_.execution.listener.on_operation(course.record);
  for (;;) {
    BASE_TRY_ASSIGN(const auto next, advance(course));
    if (next == Next::stop) {
      return course.record;
    }
  }
}

base::Result<OperationRunner::Next> OperationRunner::advance(Course& course) {
  if (course.stops.shutdown.stop_requested()) {
    return Next::stop;
  }
  BASE_TRY_ASSIGN(const auto outcome, attempt(course));
  course.data_removed = course.data_removed || outcome.data_removed;
  return conclude(course, outcome);
}

base::Result<RunOutcome> OperationRunner::attempt(Course& course) {
  auto& execution = parts_.execution;
  auto observation =
      observe_for(execution.engine, execution.journal, course.either().app, course.goal());
  if (!observation) {
    return RunOutcome{.end = End::interrupted, .error = std::move(observation).error()};
  }
  const PlanOptions options{.purge = course.record.purge && !course.reverting(),
                            .resumed = course.record.attempt > 0 && !course.reverting()};
  auto plan = make_plan(*observation, course.goal(), course.left(), options);
  if (!plan) {
    return RunOutcome{.end = End::failed, .error = std::move(plan).error()};
  }
  if (!course.reverting() && course.goal() != nullptr && stops_something(*plan)) {
    if (auto taken = parts_.snapshots.before_switch(course.either().app); !taken) {
      return RunOutcome{.end = End::failed,
                        .error = std::move(taken).error().with_context("snapshot")};
    }
  }
  BASE_TRY_ASSIGN(const int number,
                  execution.journal.begin_attempt(course.record.id, records_of(*plan)));
  if (number > 1) {
    log(course, fmt::format("attempt {}: {} steps", number, plan->steps.size()));
  }
  course.record.attempt = number;
  return executor_.run(course.record.id, number, *plan, course.goal(), course.effective_stops());
}

base::Result<OperationRunner::Next> OperationRunner::conclude(Course& course,
                                                              const RunOutcome& outcome) {
  switch (outcome.end) {
    case End::done:
      if (!course.reverting()) {
        return finish(course, OperationState::succeeded, std::nullopt, course.record.target);
      }
      return finish(course,
                    course.record.error && course.record.error->code == ErrorCode::cancelled
                        ? OperationState::cancelled
                        : OperationState::reverted,
                    std::nullopt,
                    course.record.previous);
    case End::died:
      return Next::stop;
    case End::interrupted:
      return interrupted(course, *outcome.error);
    case End::unrecorded:
      return *outcome.error;
    case End::cancelled:
      log(course, "cancelled");
      return turn_back(course, *outcome.error);
    case End::failed:
      log(course, fmt::format("failed: {}", outcome.error->message));
      if (!outcome.component.empty()) {
        keep_last_lines(course, outcome.component);
      }
      return turn_back(course, *outcome.error);
  }
  return Next::stop;
}

base::Result<OperationRunner::Next> OperationRunner::turn_back(Course& course, const Error& error) {
  // What the host should run stays as it was, unless its data are gone.
  BASE_TRY_ASSIGN(const auto current, parts_.execution.journal.current_deployment());
  const bool nothing_to_return_to = course.record.kind == journal::OperationKind::down && !current;
  if (course.reverting() || course.data_removed || nothing_to_return_to) {
    log(course,
        fmt::format("{}: {}",
                    course.data_removed    ? "data was removed already, there is no way back"
                    : nothing_to_return_to ? "nothing was installed, there is no way back"
                                           : "turning back failed too",
                    error.message));
    return finish(
        course, OperationState::failed, error, course.data_removed ? std::nullopt : current);
  }
  BASE_TRY(parts_.execution.journal.turn_back(course.record.id, error));
  BASE_TRY(announce(course));
  log(course,
      course.record.previous ? "turning back to the previous deployment"
                             : "turning back: removing what was created, volumes are kept");
  course.interruptions = 0;
  return Next::go_on;
}

base::Result<OperationRunner::Next> OperationRunner::finish(
    Course& course,
    OperationState state,
    const std::optional<Error>& error,
    const std::optional<journal::DeploymentId>& current) {
  if (state == OperationState::succeeded && course.record.purge) {
    // A purge takes the settings too: a fresh installation generates its passwords anew.
    BASE_TRY(parts_.execution.journal.store_settings("", course.record.author));
  }
  BASE_TRY(parts_.execution.journal.finish_operation(course.record.id, state, error, current));
  log(course, fmt::format("{}", journal::name_of(state)));
  BASE_TRY(announce(course));
  return Next::stop;
}

// The engine or the disk did not answer. With an engine that does answer, the same again could go
// on for ever: a few times, then it is a failure like any other.
base::Result<OperationRunner::Next> OperationRunner::interrupted(Course& course,
                                                                 const Error& error) {
  const bool engine_answers =
      parts_.execution.engine.ping({.deadline = k_look_deadline}).has_value();
  if (engine_answers) {
    if (++course.interruptions > options_.interruptions) {
      return turn_back(course, error);
    }
    base::pause(options_.engine_retry, course.stops.shutdown);
    return Next::go_on;
  }
  log(course, fmt::format("waiting for the Docker engine: {}", error.message));
  if (wait_for_engine(course)) {
    log(course, "the Docker engine is back");
    course.interruptions = 0;
    return Next::go_on;
  }
  if (course.stops.shutdown.stop_requested()) {
    return Next::stop;
  }
  if (!course.reverting() && course.stops.cancel.stop_requested()) {
    return turn_back(course,
                     Error{.code = ErrorCode::cancelled,
                           .message = "the operation was cancelled",
                           .reason = "cancelled"});
  }
  BASE_TRY_ASSIGN(const auto current, parts_.execution.journal.current_deployment());
  return finish(course,
                OperationState::failed,
                Error{.code = ErrorCode::unavailable,
                      .message = "the Docker engine did not come back: " + error.message,
                      .hint = "Start the engine, then apply again.",
                      .reason = "engine_unavailable"},
                current);
}

bool OperationRunner::wait_for_engine(Course& course) {
  const auto& clock = parts_.execution.clock;
  const auto deadline = clock.monotonic_time() + options_.engine_patience;
  while (clock.monotonic_time() < deadline) {
    if (course.stops.shutdown.stop_requested() ||
        (!course.reverting() && course.stops.cancel.stop_requested())) {
      return false;
    }
    if (parts_.execution.engine.ping({.deadline = k_look_deadline})) {
      return true;
    }
    base::pause(options_.engine_retry, course.stops.shutdown);
  }
  return false;
}

// Turning back removes the container, and with it the best witness of what went wrong.
void OperationRunner::keep_last_lines(Course& course, const std::string& container) {
  constexpr std::uint64_t k_lines = 20;
  constexpr std::size_t k_line_length = 2000;
  const auto& secrets = course.either().secrets;
  const auto read = parts_.execution.engine.read_logs(
      container,
      {.tail = k_lines, .max_line = k_line_length},
      [&](const docker::LogLine& line) {
        log(course, fmt::format("{}: {}", container, render::masked(line.text, secrets)));
        return true;
      },
      {.deadline = k_look_deadline});
  if (!read && read.error().code != ErrorCode::not_found) {
    base::log::warn("cannot read the container's last lines", read.error());
  }
}

}  // namespace agent::engine
