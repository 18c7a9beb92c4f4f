#include "agent/engine/supervisor.hpp"

#include "agent/base/log/log.hpp"
#include "agent/engine/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace agent::engine {
namespace {

constexpr std::chrono::seconds k_deadline{30};

bool matters(const std::string& action) {
  static const std::set<std::string, std::less<>> k_actions{"create",
                                                            "start",
                                                            "die",
                                                            "stop",
                                                            "restart",
                                                            "pause",
                                                            "unpause",
                                                            "rename",
                                                            "update",
                                                            "oom",
                                                            "destroy"};
  // Each run of a health check makes three exec_ events; only the verdict is of interest.
  return k_actions.contains(action) || action.starts_with("health_status");
}

bool same(const ComponentView& left, const ComponentView& right) {
  return left.condition == right.condition && left.reason == right.reason &&
         left.container_id == right.container_id && left.status == right.status &&
         left.health == right.health && left.restarts == right.restarts &&
         left.started == right.started && left.container == right.container;
}

}  // namespace

Supervisor::Supervisor(SupervisorParts parts, SupervisorCallbacks callbacks)
    : parts_(parts),
      callbacks_(std::move(callbacks)),
      self_(std::make_shared<base::Guarded<Supervisor*>>(this)) {}

Supervisor::~Supervisor() {
  stop();
}

void Supervisor::start() {
  ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
  follower_ = std::make_unique<docker::EventFollower>(
      parts_.engine,
      docker::EventFollowerOptions{.query = {.types = {"container"}, .labels = {k_label_app}}},
      docker::EventFollowerCallbacks{
          .on_relist = [this](const std::stop_token& stop) { return relist(stop); },
          .on_event = [this](const docker::Event& event) { take_event(event); },
          .on_up = [this] { engine_up(); },
          .on_down = [this](const base::Error& error) { engine_down(error); }});
}

void Supervisor::stop() {
  *self_->lock() = nullptr;
  follower_.reset();
  if (ticker_.joinable()) {
    ticker_.request_stop();
    state_.lock()->changed = true;
    changed_.notify_all();
    ticker_.join();
  }
}

void Supervisor::set_target(std::optional<Desired> target) {
  {
    auto state = state_.lock();
    state->target = std::move(target);
    state->ready = Ready::not_asked;
    state->ready_under_way = false;
    state->changed = true;
  }
  changed_.notify_all();
  tell();
}

void Supervisor::set_operation(OperationPresence operation) {
  {
    auto state = state_.lock();
    state->operation = operation;
    state->changed = true;
  }
  changed_.notify_all();
  tell();
}

std::vector<ComponentView> Supervisor::components() {
  std::vector<ComponentView> views;
  {
    auto state = state_.lock();
    views = Supervisor::views(*state);
  }
  for (auto& view : views) {
    if (auto decisions = parts_.journal.decisions(view.name)) {
      view.decisions = *std::move(decisions);
    }
  }
  return views;
}

Overall Supervisor::overall() {
  auto state = state_.lock();
  return overall(*state, views(*state));
}

EngineView Supervisor::engine() {
  return state_.lock()->engine;
}

base::Status Supervisor::relist(const std::stop_token& stop) {
  const docker::Call call{.deadline = k_deadline, .stop = stop};
  BASE_TRY_ASSIGN(const auto version, parts_.engine.ping(call));
  BASE_TRY_ASSIGN(const auto info, parts_.engine.info(call));
  BASE_TRY_ASSIGN(const auto list,
                  parts_.engine.list_containers({.labels = {k_label_app}, .all = true}, call));
  std::map<std::string, docker::ContainerDetails> containers;
  for (const auto& summary : list) {
    auto details = parts_.engine.inspect_container(summary.id, call);
    if (details) {
      containers[summary.id] = *std::move(details);
    } else if (details.error().code != base::ErrorCode::not_found) {
      return std::move(details).error();
    }
  }
  {
    auto state = state_.lock();
    note_engine_return(*state);
    state->containers = std::move(containers);
    std::erase_if(state->probing,
                  [&](const auto& entry) { return !state->containers.contains(entry.first); });
    state->engine = {.reachable = true,
                     .version = info.server_version,
                     .api_version = docker::to_string(version.negotiated)};
    state->changed = true;
  }
  changed_.notify_all();
  tell();
  callbacks_.on_container_event();
  return base::ok();
}

// Docker that was killed may find its containers alive when it comes back, end them, and take that
// for a wish: `unless-stopped` then does not bring them up again (seen with 20.10).
void Supervisor::note_engine_return(State& state) const {
  std::set<std::string> ran;
  if (state.engine_return) {
    ran = std::move(state.engine_return->ran);
  }
  for (const auto& [id, details] : state.containers) {
    if (details.running() && details.restart.kind != docker::RestartKind::no) {
      ran.insert(id);
    }
  }
  if (!ran.empty()) {
    state.engine_return = {.ran = std::move(ran),
                           .settled = parts_.clock.monotonic_time() + parts_.engine_grace};
  }
}

std::vector<std::string> Supervisor::left_stopped(base::MonotonicTime now) {
  std::vector<std::string> keys;
  auto state = state_.lock();
  if (!state->engine_return || !state->engine.reachable || now < state->engine_return->settled) {
    return keys;
  }
  const auto ran = std::move(state->engine_return->ran);
  state->engine_return.reset();
  if (!state->target || state->operation != OperationPresence::none) {
    return keys;  // An operation looks for itself.
  }
  for (const auto& desired : state->target->containers) {
    const auto* details = find(*state, desired);
    if (details != nullptr && ran.contains(details->id) &&
        details->status == docker::ContainerStatus::exited) {
      keys.push_back(desired.key);
    }
  }
  return keys;
}

void Supervisor::engine_up() {
  base::log::info("the Docker engine answers", {{"version", engine().version}});
  callbacks_.on_engine_up();
}

void Supervisor::engine_down(const base::Error& error) {
  base::log::warn("the Docker engine does not answer", error);
  state_.lock()->engine = {.problem = error.message};
  tell();
}

void Supervisor::take_event(const docker::Event& event) {
  if (event.type != "container" || !matters(event.action)) {
    return;
  }
  if (event.action == "destroy") {
    forget(event.id);
  } else {
    auto details = parts_.engine.inspect_container(event.id, {.deadline = k_deadline});
    if (details) {
      take_details(*std::move(details));
    } else if (details.error().code == base::ErrorCode::not_found) {
      forget(event.id);
    }
  }
  changed_.notify_all();
  tell();
  callbacks_.on_container_event();
}

void Supervisor::forget(const std::string& id) {
  auto state = state_.lock();
  state->containers.erase(id);
  state->probing.erase(id);
  state->changed = true;
}

void Supervisor::take_details(docker::ContainerDetails details) {
  std::string died;
  std::string reason;
  {
    auto state = state_.lock();
    auto& known = state->containers[details.id];
    const bool was_running = known.running();
    if (was_running && !details.running() && state->operation == OperationPresence::none) {
      const auto key = details.labels.find(k_label_container);
      died = key == details.labels.end() ? details.name : key->second;
      reason = fmt::format(
          "exit code {}{}", details.exit_code, details.oom_killed ? ", out of memory" : "");
    }
    if (!details.running() || known.started != details.started) {
      state->probing.erase(details.id);  // Another life of it: health starts over.
    }
    known = std::move(details);
    state->changed = true;
  }
  if (!died.empty()) {
    decide(died, "the container ended; Docker restarts it if its policy says so", reason);
  }
}

void Supervisor::decide(const std::string& component,
                        const std::string& text,
                        const std::string& reason) {
  base::log::info("decision", {{"component", component}, {"text", text}, {"reason", reason}});
  if (auto recorded = parts_.journal.record_decision(component, text, reason); !recorded) {
    base::log::warn("cannot record a decision", recorded.error());
  }
}

const docker::ContainerDetails* Supervisor::find(const State& state,
                                                 const DesiredContainer& desired) {
  // While an operation replaces it, the old one stands in for it.
  const docker::ContainerDetails* other = nullptr;
  for (const auto& [id, details] : state.containers) {
    if (details.name == desired.spec.name) {
      return &details;
    }
    const auto app = details.labels.find(k_label_app);
    const auto key = details.labels.find(k_label_container);
    if (app != details.labels.end() && app->second == state.target->app &&
        key != details.labels.end() && key->second == desired.key) {
      other = &details;
    }
  }
  return other;
}

std::vector<ComponentView> Supervisor::views(const State& state) {
  std::vector<ComponentView> views;
  if (!state.target) {
    return views;
  }
  static const ProbeHealth k_not_probed_yet;
  for (const auto& desired : state.target->containers) {
    const auto* details = find(state, desired);
    const ProbeHealth* health = nullptr;
    if (details != nullptr &&
        (desired.probe.kind == ProbeKind::http || desired.probe.kind == ProbeKind::tcp)) {
      const auto probing = state.probing.find(details->id);
      health = probing == state.probing.end() ? &k_not_probed_yet : &probing->second.health;
    }
    views.push_back(view_of(desired, details, health, state.operation));
  }
  return views;
}

Overall Supervisor::overall(const State& state, const std::vector<ComponentView>& views) {
  if (!state.target) {
    return {.condition = Condition::missing, .reason = "nothing is installed"};
  }
  if (!state.engine.reachable) {
    return {.condition = Condition::unavailable, .reason = "the Docker engine does not answer"};
  }
  auto overall = overall_of(views);
  if (overall.condition == Condition::ready && state.target->ready.kind != ProbeKind::none) {
    if (state.ready == Ready::too_late) {
      return {.condition = Condition::degraded,
              .reason = "the application did not become ready in time"};
    }
    if (state.ready != Ready::reached) {
      return {.condition = Condition::updating, .reason = "waiting for the ready probe"};
    }
  }
  return overall;
}

void Supervisor::tell() {
  const std::lock_guard one_at_a_time(telling_);
  std::vector<ComponentView> different;
  bool status = false;
  {
    auto state = state_.lock();
    const auto views = Supervisor::views(*state);
    for (const auto& view : views) {
      const auto told = state->told.find(view.name);
      if (told == state->told.end() || !same(told->second, view)) {
        different.push_back(view);
      }
    }
    status = state->told.size() != views.size();
    state->told.clear();
    for (const auto& view : views) {
      state->told[view.name] = view;
    }
    const auto overall = Supervisor::overall(*state, views);
    status = status || overall.condition != state->told_overall.condition ||
             overall.reason != state->told_overall.reason ||
             state->engine.reachable != state->told_reachable;
    state->told_overall = overall;
    state->told_reachable = state->engine.reachable;
  }
  for (const auto& view : different) {
    callbacks_.on_component(view);
  }
  if (status) {
    callbacks_.on_status();
  }
}

}  // namespace agent::engine
