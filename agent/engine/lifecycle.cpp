// The lifecycle as the API sees it: views, and the thread of the operation under way.
#include "agent/engine/lifecycle.hpp"

#include "agent/base/core/pause.hpp"
#include "agent/base/log/log.hpp"
#include "agent/engine/lifecycle_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using base::Error;
using base::ErrorCode;

OperationParts operation_parts(LifecycleParts& parts, OperationListener& listener) {
  return {.execution = {.engine = parts.engine,
                        .images = parts.images,
                        .journal = parts.journal,
                        .probes = parts.probes,
                        .clock = parts.clock,
                        .crash_points = parts.crash_points,
                        .listener = listener},
          .snapshots = parts.snapshots,
          .label_key = parts.label_key};
}

}  // namespace

base::Result<std::unique_ptr<Lifecycle>> make_lifecycle(LifecycleParts parts) {
  auto lifecycle = std::make_unique<AgentLifecycle>(std::move(parts));
  BASE_TRY(lifecycle->start());
  return std::unique_ptr<Lifecycle>(std::move(lifecycle));
}

AgentLifecycle::AgentLifecycle(LifecycleParts parts)
    : parts_(std::move(parts)), runner_(operation_parts(parts_, *this), parts_.options) {
  supervisor_ = std::make_unique<Supervisor>(
      SupervisorParts{.engine = parts_.engine,
                      .journal = parts_.journal,
                      .probes = parts_.probes,
                      .clock = parts_.clock,
                      .engine_grace = parts_.options.engine_grace},
      SupervisorCallbacks{
          .on_component = [this](const ComponentView& view) { listeners_.on_component(view); },
          .on_status = [this] { listeners_.on_status(status()); },
          .on_container_event = [this] { runner_.wake(); },
          .on_engine_up = [this] { runner_.wake(); },
          .on_left_stopped = [this](const auto& keys) { bring_back(keys); }});
}

AgentLifecycle::~AgentLifecycle() {
  shutdown_.request_stop();
  runner_.wake();
  supervisor_->stop();  // Its callbacks look at this object, and one begins operations.
  if (operation_.joinable()) {
    operation_.join();
  }
}

base::Status AgentLifecycle::start() {
  BASE_TRY_ASSIGN(const auto current, parts_.journal.current_deployment());
  show_target(current);
  supervisor_->start();
  BASE_TRY_ASSIGN(const auto unfinished, parts_.journal.unfinished_operation());
  if (unfinished) {
    base::log::info("taking up an operation", {{"operation", unfinished->id.value}});
    state_.lock()->busy = true;
    launch(*unfinished);
  }
  return base::ok();
}

void AgentLifecycle::launch(const journal::OperationRecord& record) {
  std::stop_source cancel;
  {
    auto state = state_.lock();
    state->running = Running{.id = record.id,
                             .reverting = record.state == journal::OperationState::reverting,
                             .cancel = cancel};
  }
  if (operation_.joinable()) {
    operation_.join();  // An earlier one, which has ended.
  }
  operation_ = std::jthread([this, record, token = cancel.get_token()] { drive(record, token); });
}

void AgentLifecycle::drive(const journal::OperationRecord& record, const std::stop_token& cancel) {
  const bool reverting = record.state == journal::OperationState::reverting;
  show_target(reverting || !record.target ? record.previous : record.target);
  supervisor_->set_operation(OperationPresence::under_way);
  const RunStops stops{.cancel = cancel, .shutdown = shutdown_.get_token()};
  for (;;) {
    const auto driven = runner_.drive(record, stops);
    if (driven || shutdown_.stop_requested()) {
      break;
    }
    // A full disk, most likely. Nothing is done without the journal.
    base::log::error("the operation cannot go on", driven.error());
    const bool full = driven.error().reason == "disk_full";
    tell_waiting(
        fmt::format("the journal in {} cannot be written: {}",
                    parts_.state_dir.string(),
                    full ? "the disk is full; free some space there" : driven.error().message));
    base::pause(parts_.options.journal_retry, shutdown_.get_token());
    tell_waiting("");
  }
  settle();
}

void AgentLifecycle::tell_waiting(const std::string& why) {
  {
    auto state = state_.lock();
    if (state->running) {
      state->running->waiting = why;
    }
  }
  listeners_.on_status(status());
}

void AgentLifecycle::settle() {
  if (const auto current = parts_.journal.current_deployment()) {
    show_target(*current);
  }
  {
    auto state = state_.lock();
    state->running.reset();
    state->busy = false;
  }
  supervisor_->set_operation(OperationPresence::none);
  listeners_.on_status(status());
}

void AgentLifecycle::show_target(const std::optional<journal::DeploymentId>& id) {
  auto desired = load(id);
  if (!desired) {
    base::log::error("cannot read the deployment", desired.error());
    return;
  }
  *shown_.lock() = *desired;
  supervisor_->set_target(*std::move(desired));
}

base::Status AgentLifecycle::cancel(journal::OperationId id) {
  auto state = state_.lock();
  if (!state->running || state->running->id != id) {
    BASE_TRY(parts_.journal.operation(id));
    return Error{.code = ErrorCode::conflict,
                 .message = fmt::format("operation {} is not under way", id.value),
                 .reason = "not_running"};
  }
  if (state->running->reverting) {
    return Error{.code = ErrorCode::conflict,
                 .message = fmt::format("operation {} is turning back already", id.value),
                 .reason = "reverting"};
  }
  state->running->cancel.request_stop();
  return base::ok();
}

StatusView AgentLifecycle::status() {
  StatusView view;
  {
    auto shown = shown_.lock();
    if (const auto& desired = *shown) {
      view.app = desired->app;
      view.app_name = desired->title;
      view.version = desired->version;
      view.deployment = desired->deployment;
    }
  }
  const auto overall = supervisor_->overall();
  view.condition = overall.condition;
  view.reason = overall.reason;
  view.engine = supervisor_->engine();
  view.snapshot = parts_.snapshots.status();
  std::optional<journal::OperationId> running;
  {
    auto state = state_.lock();
    if (state->running) {
      running = state->running->id;
    }
  }
  if (running) {
    if (auto found = operation(*running)) {
      view.operation = *std::move(found);
    }
  }
  return view;
}

std::vector<ComponentView> AgentLifecycle::components() {
  return supervisor_->components();
}

base::Result<ComponentView> AgentLifecycle::component(const std::string& name) {
  const auto all = components();
  const ComponentView* found = nullptr;
  int of_component = 0;
  for (const auto& view : all) {
    if (view.name == name) {
      return view;
    }
    if (view.component == name) {
      found = &view;
      ++of_component;
    }
  }
  if (of_component == 1) {
    return *found;
  }
  return Error{.code = ErrorCode::not_found,
               .message = fmt::format("there is no container {:.128}", name),
               .hint = of_component > 1 ? "The component has several; name one of them."
                                        : "`slipway ps` lists them."};
}

base::Result<std::vector<ImageView>> AgentLifecycle::images() {
  constexpr std::chrono::seconds k_deadline{30};
  const auto desired = *shown_.lock();
  std::vector<ImageView> images;
  if (!desired) {
    return images;
  }
  for (const auto& container : desired->containers) {
    const auto known = std::find_if(images.begin(), images.end(), [&](const auto& image) {
      return image.reference == container.image_reference;
    });
    if (known != images.end()) {
      known->used_by.push_back(container.key);
      continue;
    }
    ImageView image{.reference = container.image_reference, .used_by = {container.key}};
    const auto details = parts_.engine.inspect_image(container.image, {.deadline = k_deadline});
    if (details) {
      image.image_id = details->id;
      image.bytes = details->size;
    } else if (details.error().code != ErrorCode::not_found) {
      return details.error();
    }
    images.push_back(std::move(image));
  }
  return images;
}

base::Result<OperationView> AgentLifecycle::view_of(const journal::OperationRecord& record) {
  OperationView view{.record = record};
  BASE_TRY_ASSIGN(view.steps, parts_.journal.steps(record.id));
  auto state = state_.lock();
  if (state->running && state->running->id == record.id) {
    for (const auto& [step, progress] : state->running->progress) {
      view.progress.push_back(progress);
    }
    view.waiting = state->running->waiting;
  }
  return view;
}

base::Result<OperationView> AgentLifecycle::operation(journal::OperationId id) {
  BASE_TRY_ASSIGN(const auto record, parts_.journal.operation(id));
  return view_of(record);
}

base::Result<std::vector<journal::LogLine>> AgentLifecycle::operation_log(journal::OperationId id) {
  BASE_TRY(parts_.journal.operation(id));
  return parts_.journal.log(id);
}

base::Result<std::vector<journal::OperationRecord>> AgentLifecycle::operations(int limit) {
  return parts_.journal.operations(limit);
}

std::unique_ptr<Lifecycle::Subscription> AgentLifecycle::subscribe(LifecycleListener& listener) {
  return listeners_.add(listener);
}

void AgentLifecycle::on_operation(const journal::OperationRecord& operation) {
  if (operation.state == journal::OperationState::reverting) {
    {
      auto state = state_.lock();
      if (state->running) {
        state->running->reverting = true;
        state->running->progress.clear();
      }
    }
    show_target(operation.previous ? operation.previous : operation.target);
  }
  listeners_.on_operation(operation);
  listeners_.on_status(status());
}

void AgentLifecycle::on_step(journal::OperationId operation, const journal::StepRecord& step) {
  if (step.state != journal::StepState::intent) {
    auto state = state_.lock();
    if (state->running) {
      state->running->progress.erase(step.index);
    }
  }
  listeners_.on_step(operation, step);
}

void AgentLifecycle::on_progress(journal::OperationId operation, const Progress& progress) {
  {
    auto state = state_.lock();
    if (state->running) {
      state->running->progress[progress.step] = progress;
    }
  }
  listeners_.on_progress(operation, progress);
}

void AgentLifecycle::on_log(journal::OperationId operation, const journal::LogLine& line) {
  listeners_.on_log(operation, line);
}

}  // namespace agent::engine
