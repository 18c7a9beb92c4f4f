#include "agent/engine/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using base::ErrorCode;
using docker::ContainerStatus;
using Verdict = Ruling::Verdict;

Ruling pending(std::string waiting_for) {
  return {.verdict = Verdict::pending, .waiting_for = std::move(waiting_for)};
}

Ruling reached() {
  return {.verdict = Verdict::reached};
}

Ruling failed(std::string message, std::string hint, std::string reason) {
  return {.verdict = Verdict::failed,
          .error = base::Error{.code = ErrorCode::unavailable,
                               .message = std::move(message),
                               .hint = std::move(hint),
                               .reason = std::move(reason)}};
}

std::string exit_text(const docker::ContainerDetails& details) {
  constexpr int k_killed = 137;
  auto text = fmt::format("ended with exit code {}", details.exit_code);
  if (details.oom_killed || details.exit_code == k_killed) {
    text += details.oom_killed ? " (out of memory)" : " (killed)";
  }
  if (!details.error.empty()) {
    text += ": " + details.error;
  }
  return text;
}

}  // namespace

std::string address_of(const docker::ContainerDetails& details) {
  if (details.network_mode == "host") {
    return "127.0.0.1";
  }
  for (const auto& [name, endpoint] : details.networks) {
    if (!endpoint.ipv4.empty()) {
      return endpoint.ipv4;
    }
    if (!endpoint.ipv6.empty()) {
      return endpoint.ipv6;
    }
  }
  return "";
}

Readiness::Readiness(docker::Engine& engine,
                     Probes& probes,
                     const base::Clock& clock,
                     std::shared_ptr<Mailbox> mailbox,
                     WorkerPool& pool,
                     const Desired& target,
                     ReadinessOptions options,
                     std::stop_token stop)
    : engine_(engine),
      probes_(probes),
      clock_(clock),
      mailbox_(std::move(mailbox)),
      pool_(pool),
      target_(target),
      options_(options),
      stop_(std::move(stop)) {}

docker::Call Readiness::call(std::chrono::milliseconds deadline) const {
  return {.deadline = deadline, .stop = stop_};
}

base::Status Readiness::refresh() {
  constexpr std::chrono::seconds k_list_deadline{30};
  BASE_TRY_ASSIGN(auto summaries,
                  engine_.list_containers(
                      {.labels = {fmt::format("{}={}", k_label_app, target_.app)}, .all = true},
                      call(k_list_deadline)));
  std::map<std::string, docker::ContainerSummary> by_name;
  for (auto& summary : summaries) {
    by_name[summary.name] = std::move(summary);
  }
  const auto now = clock_.monotonic_time();
  for (const auto& container : target_.containers) {
    const auto found = by_name.find(container.spec.name);
    if (found == by_name.end()) {
      seen_.erase(container.key);
      continue;
    }
    auto& seen = seen_[container.key];
    const bool same = seen.summary.id == found->second.id;
    if (!same) {
      seen = Seen{};
    }
    if (!same || seen.summary.status != found->second.status) {
      seen.details.reset();
    }
    seen.summary = found->second;
    const bool running = seen.summary.status == ContainerStatus::running;
    if (!running) {
      seen.running_since.reset();
    } else if (!seen.running_since) {
      seen.running_since = now;
    }
    if (seen.summary.status != ContainerStatus::created && !seen.first_started) {
      seen.first_started = now;
    }
  }
  return base::ok();
}

Readiness::Seen* Readiness::seen(const std::string& key) {
  const auto found = seen_.find(key);
  return found == seen_.end() ? nullptr : &found->second;
}

const docker::ContainerDetails* Readiness::details(Seen& seen) {
  constexpr std::chrono::seconds k_inspect_deadline{30};
  const auto now = clock_.monotonic_time();
  if (!seen.details || now - seen.inspected >= options_.inspect_interval) {
    auto inspected = engine_.inspect_container(seen.summary.id, call(k_inspect_deadline));
    if (!inspected) {
      seen.details.reset();
      return nullptr;
    }
    seen.details = *std::move(inspected);
    seen.inspected = now;
  }
  return &*seen.details;
}

bool Readiness::due(const Check& check) const {
  return !check.under_way && clock_.monotonic_time() >= check.next;
}

Ruling Readiness::healthy(const DesiredContainer& container) {
  auto* seen = this->seen(container.key);
  if (seen == nullptr) {
    return pending(fmt::format("{} to be created", container.key));
  }
  switch (seen->summary.status) {
    case ContainerStatus::exited:
    case ContainerStatus::dead:
      return after_exit(container, *seen);
    case ContainerStatus::running:
      break;
    case ContainerStatus::created:
    case ContainerStatus::paused:
    case ContainerStatus::restarting:
    case ContainerStatus::removing:
    case ContainerStatus::unknown:
      return pending(fmt::format("{} to run", container.key));
  }
  if (container.role == Role::job) {
    return pending(fmt::format("{} to end", container.key));
  }
  switch (container.probe.kind) {
    case ProbeKind::none: {
      const bool settled = clock_.monotonic_time() - *seen->running_since >= options_.settle;
      return settled ? reached() : pending(fmt::format("{} to stay up", container.key));
    }
    case ProbeKind::docker:
      return judged_by_engine(container, *seen);
    case ProbeKind::http:
    case ProbeKind::tcp:
      return probed(container, *seen);
  }
  return reached();
}

Ruling Readiness::after_exit(const DesiredContainer& container, Seen& seen) {
  const auto* details = this->details(seen);
  if (details == nullptr) {
    return pending(fmt::format("the engine to say how {} ended", container.key));
  }
  if (details->running()) {  // Between the list and this look.
    return pending(fmt::format("{} to run", container.key));
  }
  if (container.role == Role::job && details->exit_code == 0) {
    return reached();
  }
  const bool would_restart =
      container.restart.kind != docker::RestartKind::no &&
      (details->exit_code != 0 || container.restart.kind != docker::RestartKind::on_failure);
  auto& restart = (*checks_)["restart " + seen.summary.id];
  if (would_restart && (restart.under_way || seen.restarts < options_.restarts)) {
    start_again(restart, seen);
    return pending(
        fmt::format("{} to be started again, it {}", container.key, exit_text(*details)));
  }
  return failed(fmt::format("container {} {}", container.key, exit_text(*details)),
                "Its last lines are in the operation's log.",
                "container_ended");
}

void Readiness::start_again(Check& restart, Seen& seen) {
  if (restart.under_way) {
    return;
  }
  const auto now = clock_.monotonic_time();
  if (!seen.restart_at) {
    seen.restart_at = now + options_.restart_delay * (1 << seen.restarts);
  }
  if (now < *seen.restart_at) {
    return;
  }
  seen.restart_at.reset();
  seen.details.reset();
  ++seen.restarts;
  restart.under_way = true;
  constexpr std::chrono::seconds k_start_deadline{120};
  pool_.submit([&engine = engine_,
                mailbox = mailbox_,
                checks = checks_,
                id = seen.summary.id,
                call = call(k_start_deadline)] {
    // A start that fails shows in the container's state, which is looked at anyway.
    [[maybe_unused]] const auto started = engine.start_container(id, call);
    mailbox->post([checks, id] { (*checks)["restart " + id].under_way = false; });
  });
}

Ruling Readiness::judged_by_engine(const DesiredContainer& container, Seen& seen) {
  const auto health = seen.summary.health.value_or(docker::HealthStatus::none);
  switch (health) {
    case docker::HealthStatus::healthy:
      return reached();
    case docker::HealthStatus::none:  // The image has none after all: running must do.
      return clock_.monotonic_time() - *seen.running_since >= options_.settle
                 ? reached()
                 : pending(fmt::format("{} to stay up", container.key));
    case docker::HealthStatus::starting:
      return pending(fmt::format("{} to be healthy", container.key));
    case docker::HealthStatus::unhealthy:
      break;
  }
  return failed(fmt::format("container {} is unhealthy by its own health check", container.key),
                "Its last lines are in the operation's log.",
                "container_unhealthy");
}

void Readiness::start_probe(const std::string& name, ProbeRequest request) {
  (*checks_)[name].under_way = true;
  const auto next = clock_.monotonic_time() + options_.probe_interval;
  probes_.start(std::move(request),
                [checks = checks_, mailbox = mailbox_, name, next](const ProbeOutcome& outcome) {
                  mailbox->post([checks, name, next, outcome] {
                    auto& check = (*checks)[name];
                    check.under_way = false;
                    check.succeeded = outcome.healthy;
                    check.detail = outcome.detail;
                    check.next = next;
                  });
                });
}

Ruling Readiness::probed(const DesiredContainer& container, Seen& seen) {
  const auto name = "probe " + seen.summary.id;
  auto& check = (*checks_)[name];
  if (check.succeeded) {
    return reached();
  }
  if (due(check)) {
    const auto* details = this->details(seen);
    const auto address = details == nullptr ? std::string() : address_of(*details);
    if (!address.empty()) {
      start_probe(name,
                  {.kind = container.probe.kind,
                   .address = address,
                   .port = container.probe.port,
                   .path = container.probe.path,
                   .timeout = container.probe.timeout});
    }
  }
  return pending(check.detail.empty()
                     ? fmt::format("{} to be healthy", container.key)
                     : fmt::format("{} to be healthy: {}", container.key, check.detail));
}

}  // namespace agent::engine
