#include "agent/render/container_renderer.hpp"

#include <algorithm>
#include <limits>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

Status render_restart(const Expander& expand, const manifest::Container& from, Container& to) {
  BASE_TRY_ASSIGN(const auto policy, expand.word(from.restart_policy));
  // `policy: no` reaches us as text; the reader of YAML 1.1 also writes it "false".
  if (policy.empty() || policy == "no" || policy == "never" || policy == "false") {
    return base::ok();
  }
  if (policy == "always" || policy == "unless-stopped") {
    to.restart.policy = RestartPolicy::always;
    return base::ok();
  }
  if (policy != "on-failure") {
    return fault_at(from.restart_policy, "must be no, always or on-failure");
  }
  to.restart.policy = RestartPolicy::on_failure;
  BASE_TRY_ASSIGN(const auto most, expand.number(from.restart_max));
  constexpr std::uint64_t k_most = std::numeric_limits<std::int32_t>::max();
  to.restart.max_retries = static_cast<std::uint32_t>(std::min(most.value_or(0), k_most));
  return base::ok();
}

Result<Health> render_health(const Expander& expand, const manifest::HealthCheck& from) {
  Health health;
  health.interval = from.interval;
  health.timeout = from.timeout;
  health.retries = from.retries;
  health.start_period = from.start_period;
  switch (from.kind) {
    case manifest::ProbeKind::http: {
      health.kind = HealthKind::http;
      BASE_TRY_ASSIGN(health.path, expand.word(from.path));
      BASE_TRY_ASSIGN(health.port, expand.port(from.port));
      const bool plain = std::all_of(
          health.path.begin(), health.path.end(), [](char c) { return c > 0x20 && c < 0x7F; });
      if (!health.path.starts_with('/') || !plain) {
        return fault_at(from.path, "must be the path of a URL, beginning with /");
      }
      break;
    }
    case manifest::ProbeKind::tcp: {
      health.kind = HealthKind::tcp;
      BASE_TRY_ASSIGN(health.port, expand.port(from.port));
      break;
    }
    case manifest::ProbeKind::exec: {
      health.kind = HealthKind::exec;
      BASE_TRY_ASSIGN(health.argv, expand.texts(from.argv));
      break;
    }
  }
  return health;
}

Result<EventTrigger> trigger_of(const manifest::Text& trigger) {
  if (trigger.empty() || trigger.value == "container-start") {
    return EventTrigger::container_start;
  }
  if (trigger.value == "container-stop") {
    return EventTrigger::container_stop;
  }
  if (trigger.value == "port-listen") {
    return EventTrigger::port_listen;
  }
  if (trigger.value == "exec") {
    return EventTrigger::exec;
  }
  return fault_at(trigger, "must be container-start, container-stop, port-listen or exec");
}

Status render_event(const RenderContext& context, const manifest::Event& from, Container& to) {
  PublishEvent event;
  for (const auto& subscription : from.subscriptions) {
    const auto positions =
        context.index.in_component(subscription.component.value, subscription.container.value);
    for (auto& key : included_keys(context, positions)) {
      if (std::find(event.subscribers.begin(), event.subscribers.end(), key) ==
          event.subscribers.end()) {
        event.subscribers.push_back(std::move(key));
      }
    }
  }
  if (event.subscribers.empty()) {
    return base::ok();  // Nobody waits for it.
  }
  event.name = from.name.value;
  BASE_TRY_ASSIGN(event.trigger, trigger_of(from.trigger));
  BASE_TRY_ASSIGN(event.data, context.expand.word(from.data));
  if (event.trigger == EventTrigger::port_listen) {
    BASE_TRY(context.expand.port(from.data));
  }
  BASE_TRY_ASSIGN(event.args, context.expand.texts(from.args));
  if (event.trigger == EventTrigger::exec && event.args.empty()) {
    return fault_at(from.trigger, "exec needs a program in `args`");
  }
  BASE_TRY_ASSIGN(const auto seconds, context.expand.signed_number(from.timeout));
  event.timeout = wait_limit(seconds.value_or(0));
  to.publish_events.push_back(std::move(event));
  return base::ok();
}

Status render_dependencies(const RenderContext& context,
                           const manifest::Container& from,
                           Container& to) {
  for (const auto& name : from.slipway.depends_on) {
    for (auto& key : included_keys(context, context.index.dependency(name.value))) {
      if (std::find(to.depends_on.begin(), to.depends_on.end(), key) == to.depends_on.end()) {
        to.depends_on.push_back(std::move(key));
      }
    }
  }
  return base::ok();
}

}  // namespace

std::optional<std::chrono::seconds> wait_limit(std::int64_t seconds) {
  constexpr std::int64_t k_longest = 31'536'000;
  if (seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds == 0 ? 600 : std::min(seconds, k_longest));
}

Status render_life(const RenderContext& context, const manifest::Container& from, Container& to) {
  BASE_TRY(render_restart(context.expand, from, to));
  to.ephemeral = from.ephemeral;
  if (from.slipway.health) {
    BASE_TRY_ASSIGN(to.health, render_health(context.expand, *from.slipway.health));
  }
  BASE_TRY(render_dependencies(context, from, to));
  for (const auto& event : from.publish_events) {
    BASE_TRY(render_event(context, event, to));
  }
  const auto& update = from.slipway.update;
  to.update = {.order = update.order == manifest::UpdateOrder::start_first
                            ? UpdateOrder::start_first
                            : UpdateOrder::stop_first,
               .min_healthy_time = update.min_healthy_time,
               .healthy_deadline = update.healthy_deadline};
  return base::ok();
}

}  // namespace agent::render
