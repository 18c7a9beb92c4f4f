// The supervisor's clock: one thread, awake once a second while something is to be probed and
// asleep otherwise.
#include "agent/engine/readiness.hpp"
#include "agent/engine/supervisor.hpp"

#include <algorithm>

namespace agent::engine {
namespace {

constexpr std::chrono::seconds k_tick{1};

bool is_probed(const DesiredContainer& desired) {
  return desired.probe.kind == ProbeKind::http || desired.probe.kind == ProbeKind::tcp;
}

}  // namespace

void Supervisor::tick(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto now = parts_.clock.monotonic_time();
    if (const auto keys = left_stopped(now); !keys.empty()) {
      callbacks_.on_left_stopped(keys);
    }
    const auto next = start_due_probes(now);
    auto state = state_.lock();
    // On whole ticks, so that many intervals share one awakening.
    const auto wait = std::max<base::MonotonicTime::duration>(next - now, k_tick);
    state.wait_until(changed_, std::chrono::steady_clock::now() + wait, [&](const State& value) {
      return value.changed || stop.stop_requested();
    });
    state->changed = false;
  }
}

base::MonotonicTime Supervisor::start_due_probes(base::MonotonicTime now) {
  constexpr std::chrono::hours k_nothing_to_do{1};
  auto next = now + k_nothing_to_do;
  std::vector<DueProbe> due;
  {
    auto state = state_.lock();
    if (!state->target || !state->engine.reachable) {
      return next;
    }
    if (state->engine_return) {
      next = std::min(next, state->engine_return->settled);
    }
    for (const auto& desired : state->target->containers) {
      const auto* details = find(*state, desired);
      if (!is_probed(desired) || details == nullptr || !details->running()) {
        continue;
      }
      auto [entry, fresh] = state->probing.try_emplace(details->id);
      auto& probing = entry->second;
      if (fresh) {
        probing.since = now;
        probing.next = now;
      }
      if (!probing.under_way && probing.next <= now) {
        due.push_back(probe_of(*state, desired, *details));
      }
      next = std::min(next, probing.next);
    }
    if (auto ready = ready_probe_of(*state, now)) {
      due.push_back(*std::move(ready));
    }
    if (state->ready == Ready::waiting || state->ready == Ready::too_late) {
      next = std::min<base::MonotonicTime>(next, now + k_tick);
    }
  }
  // Outside the lock: an outcome may come at once and on this thread.
  for (auto& probe : due) {
    parts_.probes.start(std::move(probe.request), std::move(probe.done));
  }
  return next;
}

Supervisor::DueProbe Supervisor::probe_of(State& state,
                                          const DesiredContainer& desired,
                                          const docker::ContainerDetails& details) {
  auto& probing = state.probing[details.id];
  // Until the first verdict every second: a start is not slower to be seen than it is.
  const bool starting = probing.health.verdict() == ProbeHealth::Verdict::starting;
  const auto interval = starting
                            ? std::min<std::chrono::milliseconds>(desired.probe.interval, k_tick)
                            : desired.probe.interval;
  probing.under_way = true;
  probing.next = parts_.clock.monotonic_time() + interval;
  return {.request = {.kind = desired.probe.kind,
                      .address = address_of(details),
                      .port = desired.probe.port,
                      .path = desired.probe.path,
                      .timeout = desired.probe.timeout},
          .done = [self = self_, id = details.id, desired](const ProbeOutcome& outcome) {
            auto supervisor = self->lock();
            if (*supervisor != nullptr) {
              (*supervisor)->take_outcome(id, desired, outcome);
            }
          }};
}

void Supervisor::take_outcome(const std::string& id,
                              const DesiredContainer& desired,
                              const ProbeOutcome& outcome) {
  auto before = ProbeHealth::Verdict::starting;
  auto after = before;
  {
    auto state = state_.lock();
    const auto entry = state->probing.find(id);
    if (entry == state->probing.end()) {
      return;  // The container is gone or was started anew.
    }
    auto& probing = entry->second;
    probing.under_way = false;
    before = probing.health.verdict();
    const auto age = parts_.clock.monotonic_time() - probing.since;
    probing.health.record(desired.probe,
                          outcome.healthy,
                          outcome.detail,
                          std::chrono::duration_cast<std::chrono::milliseconds>(age));
    after = probing.health.verdict();
    state->changed = state->changed || before != after;
  }
  changed_.notify_all();
  if (before != after && after == ProbeHealth::Verdict::unhealthy) {
    decide(desired.key, "the container counts as unhealthy", outcome.detail);
  } else if (before == ProbeHealth::Verdict::unhealthy && before != after) {
    decide(desired.key, "the container counts as healthy again", "its probe answers");
  }
  tell();
}

// Asked only once everything else is ready, and then every tick until it holds.
std::optional<Supervisor::DueProbe> Supervisor::ready_probe_of(State& state,
                                                               base::MonotonicTime now) {
  const auto& ready = state.target->ready;
  if (ready.kind == ProbeKind::none || state.ready == Ready::reached || state.ready_under_way) {
    return std::nullopt;
  }
  const auto components = views(state);
  if (!std::all_of(components.begin(), components.end(), [](const auto& view) {
        return view.condition == Condition::ready;
      })) {
    return std::nullopt;
  }
  if (state.ready == Ready::not_asked) {
    state.ready = Ready::waiting;
    state.ready_since = now;
  }
  state.ready_under_way = true;
  return DueProbe{
      .request = {.kind = ready.kind,
                  .address = ready.address,
                  .port = ready.port,
                  .path = ready.path,
                  .host_header = ready.host_header,
                  .status = ready.status,
                  .timeout = ready.attempt_timeout},
      .done = [self = self_, deployment = state.target->deployment](const ProbeOutcome& outcome) {
        auto supervisor = self->lock();
        if (*supervisor != nullptr) {
          (*supervisor)->take_ready_outcome(deployment, outcome);
        }
      }};
}

void Supervisor::take_ready_outcome(const journal::DeploymentId& deployment,
                                    const ProbeOutcome& outcome) {
  {
    auto state = state_.lock();
    if (!state->target || state->target->deployment != deployment ||
        state->ready == Ready::reached) {
      return;
    }
    state->ready_under_way = false;
    const auto& limit = state->target->ready.timeout;
    if (outcome.healthy) {
      state->ready = Ready::reached;
    } else if (limit && parts_.clock.monotonic_time() - state->ready_since >= *limit) {
      state->ready = Ready::too_late;
    }
  }
  tell();
}

}  // namespace agent::engine
