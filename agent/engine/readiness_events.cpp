// The original's events: what lets a container start that subscribes to one.
#include "agent/engine/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using base::ErrorCode;
using docker::ContainerStatus;
using Verdict = Ruling::Verdict;

Ruling pending_for(const Trigger& trigger) {
  return {.verdict = Verdict::pending,
          .waiting_for = fmt::format("event {} of {}", trigger.name, trigger.container)};
}

}  // namespace

Ruling Readiness::may_start(const DesiredContainer& container) {
  for (const auto& key : container.depends_on) {
    const auto* dependency = target_.container(key);
    BASE_ASSERT(dependency != nullptr);
    if (auto ruling = healthy(*dependency); ruling.verdict != Verdict::reached) {
      return ruling;
    }
  }
  if (container.triggers.empty()) {
    return {.verdict = Verdict::reached};
  }
  Ruling last;
  for (const auto& trigger : container.triggers) {
    last = fired(container, trigger);
    if (last.verdict == Verdict::reached) {
      return last;
    }
  }
  return last;
}

std::optional<base::MonotonicTime> Readiness::publishers_started(
    const DesiredContainer& container) const {
  std::optional<base::MonotonicTime> latest;
  for (const auto& trigger : container.triggers) {
    const auto found = seen_.find(trigger.container);
    if (found != seen_.end() && found->second.first_started) {
      latest = std::max(latest, found->second.first_started);
    }
  }
  return latest;
}

// Events are looked at as conditions that hold, not as moments that pass: a publisher that has been
// running since yesterday has started, and an agent that was away has missed nothing.
Ruling Readiness::fired(const DesiredContainer& container, const Trigger& trigger) {
  auto* publisher = seen(trigger.container);
  if (publisher == nullptr) {
    return pending_for(trigger);
  }
  const auto status = publisher->summary.status;
  const bool running = status == ContainerStatus::running;
  switch (trigger.kind) {
    case TriggerKind::container_start:
      return running || status == ContainerStatus::exited ? Ruling{.verdict = Verdict::reached}
                                                          : pending_for(trigger);
    case TriggerKind::container_stop:
      if (status == ContainerStatus::exited) {
        const auto* details = this->details(*publisher);
        if (details == nullptr) {
          return pending_for(trigger);
        }
        const auto* desired = target_.container(trigger.container);
        if (details->exit_code != 0 && desired != nullptr && desired->role == Role::job) {
          return {.verdict = Verdict::failed,
                  .error = {.code = ErrorCode::unavailable,
                            .message =
                                fmt::format("container {} cannot start: {} ended with exit code {}",
                                            container.key,
                                            trigger.container,
                                            details->exit_code),
                            .hint = "Its last lines are in the operation's log.",
                            .reason = "container_ended"}};
        }
        return {.verdict = Verdict::reached};
      }
      return pending_for(trigger);
    case TriggerKind::port_listen:
      return running ? listening(trigger, *publisher) : pending_for(trigger);
    case TriggerKind::exec:
      return running ? executed(trigger, *publisher) : pending_for(trigger);
  }
  return pending_for(trigger);
}

Ruling Readiness::listening(const Trigger& trigger, Seen& seen) {
  const auto* details = this->details(seen);
  if (details == nullptr || details->pid == 0) {
    return pending_for(trigger);
  }
  if (const auto listens = probes_.listens(details->pid, trigger.port)) {
    return *listens ? Ruling{.verdict = Verdict::reached} : pending_for(trigger);
  }
  // The engine's processes are not in our /proc: ask the port itself.
  const auto name = fmt::format("listen {} {}", seen.summary.id, trigger.port);
  auto& check = (*checks_)[name];
  if (check.succeeded) {
    return {.verdict = Verdict::reached};
  }
  if (due(check)) {
    start_probe(name,
                {.kind = ProbeKind::tcp, .address = address_of(*details), .port = trigger.port});
  }
  return pending_for(trigger);
}

Ruling Readiness::executed(const Trigger& trigger, Seen& seen) {
  std::string name = "exec " + seen.summary.id;
  for (const auto& argument : trigger.argv) {
    name += fmt::format(" {}:{}", argument.size(), argument);
  }
  auto& check = (*checks_)[name];
  if (check.succeeded) {
    return {.verdict = Verdict::reached};
  }
  if (!due(check)) {
    return pending_for(trigger);
  }
  check.under_way = true;
  const auto next = clock_.monotonic_time() + options_.exec_interval;
  pool_.submit([&engine = engine_,
                mailbox = mailbox_,
                checks = checks_,
                call = call(options_.exec_timeout),
                id = seen.summary.id,
                argv = trigger.argv,
                name,
                next] {
    constexpr std::size_t k_output_nobody_reads = 4096;
    const auto outcome = docker::run_in(engine, id, {.argv = argv}, call, k_output_nobody_reads);
    mailbox->post([checks, name, next, good = outcome && outcome->exit_code == 0] {
      auto& entry = (*checks)[name];
      entry.under_way = false;
      entry.succeeded = good;
      entry.next = next;
    });
  });
  return pending_for(trigger);
}

}  // namespace agent::engine
