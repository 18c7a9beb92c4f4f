#include "agent/render/container_renderer.hpp"

#include <algorithm>
#include <limits>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

Status render_limits(const Expander& expand, const manifest::Container& from, Container& to) {
  BASE_TRY_ASSIGN(to.memory_bytes, expand.memory(from.memory_limit));
  BASE_TRY_ASSIGN(const auto swap, expand.word(from.memory_swap_limit));
  if (swap == "-1") {
    to.memory_swap_bytes = -1;
  } else {
    BASE_TRY_ASSIGN(const auto bytes, expand.memory(from.memory_swap_limit));
    if (bytes) {
      to.memory_swap_bytes = static_cast<std::int64_t>(*bytes);
    }
  }
  BASE_TRY_ASSIGN(to.cpu_shares, expand.number(from.cpu_shares));
  BASE_TRY_ASSIGN(to.shm_bytes, expand.number(from.shm_size));
  BASE_TRY_ASSIGN(to.pids_limit, expand.number(from.slipway.pids_limit));
  BASE_TRY_ASSIGN(to.oom_kill_disable, expand.boolean(from.oom_kill_disable, false));
  return base::ok();
}

// One of the two limits may be missing: it is the other, then.
Status render_ulimits(const Expander& expand, const manifest::Container& from, Container& to) {
  for (const auto& ulimit : from.ulimits) {
    Ulimit rendered;
    BASE_TRY_ASSIGN(rendered.name, expand.word(ulimit.name));
    BASE_TRY_ASSIGN(const auto soft, expand.signed_number(ulimit.soft));
    BASE_TRY_ASSIGN(const auto hard, expand.signed_number(ulimit.hard));
    if (!soft && !hard) {
      return fault_at(ulimit.name, "needs soft or hard");
    }
    rendered.soft = soft ? *soft : *hard;
    rendered.hard = hard ? *hard : *soft;
    to.ulimits.push_back(std::move(rendered));
  }
  return base::ok();
}

Result<LogConfig> from_driver(const Expander& expand, const manifest::LogDriver& from) {
  LogConfig log;
  BASE_TRY_ASSIGN(log.driver, expand.word(from.type));
  for (const auto& [name, value] : from.config) {
    BASE_TRY_ASSIGN(auto text, expand.text(value));
    log.options.push_back({name, std::move(text)});
  }
  std::sort(log.options.begin(), log.options.end(), [](const Label& left, const Label& right) {
    return left.name < right.name;
  });
  return log;
}

Result<LogConfig> from_options(const Expander& expand, const manifest::LogOptions& from) {
  LogConfig log;
  BASE_TRY_ASSIGN(const auto files, expand.word(from.max_files));
  BASE_TRY_ASSIGN(const auto size, expand.word(from.max_size));
  if (!files.empty()) {
    log.options.push_back({"max-file", files});
  }
  if (!size.empty()) {
    log.options.push_back({"max-size", size});
  }
  log.driver = log.options.empty() ? "" : "json-file";
  return log;
}

// The nearest `log_config`, else the nearest `logs`.
Result<LogConfig> render_log(const Expander& expand,
                             const manifest::Component& component,
                             const manifest::Container& container) {
  for (const auto* const driver : {&container.log_config, &component.log_config}) {
    if (*driver) {
      return from_driver(expand, **driver);
    }
  }
  for (const auto* const options : {&container.logs, &component.logs}) {
    if (*options) {
      return from_options(expand, **options);
    }
  }
  return LogConfig{};
}

}  // namespace

Status render_resources(const RenderContext& context,
                        const manifest::IndexedContainer& from,
                        Container& to) {
  const auto& expand = context.expand;
  BASE_TRY(render_limits(expand, *from.container, to));
  BASE_TRY(render_ulimits(expand, *from.container, to));
  BASE_TRY_ASSIGN(to.log, render_log(expand, *from.component, *from.container));
  BASE_TRY_ASSIGN(to.pid_mode, expand.word(from.container->pid_mode));
  return base::ok();
}

}  // namespace agent::render
