#include "agent/manifest/container_index.hpp"
#include "agent/manifest/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::manifest {
namespace {

// What must have happened before each container starts.
struct Start {
  std::vector<std::size_t> needs;       // All of them; depends_on.
  std::vector<std::size_t> started_by;  // Any of them; events.
};

std::vector<Start> start_rules(const ContainerIndex& index, Findings& findings) {
  std::vector<Start> starts(index.all().size());
  for (std::size_t i = 0; i < index.all().size(); ++i) {
    const auto& container = *index.all()[i].container;
    for (const auto& name : container.slipway.depends_on) {
      const auto found = index.dependency(name.value);
      if (found.empty()) {
        findings.error(
            "slipway-depends-on",
            name,
            fmt::format("nothing is called '{:.80}': give a container's name, its image_name or a "
                        "component's name",
                        name.value));
      } else if (std::find(found.begin(), found.end(), i) != found.end()) {
        findings.error("slipway-cycle", name, "a container cannot depend on itself");
      }
      std::copy_if(
          found.begin(), found.end(), std::back_inserter(starts[i].needs), [i](std::size_t needed) {
            return needed != i;
          });
    }
    for (const auto& event : container.publish_events) {
      for (const auto& subscription : event.subscriptions) {
        for (const std::size_t child :
             index.in_component(subscription.component.value, subscription.container.value)) {
          starts[child].started_by.push_back(i);
        }
      }
    }
  }
  return starts;
}

std::vector<bool> startable(const std::vector<Start>& starts) {
  std::vector<bool> can(starts.size(), false);
  bool changed = true;
  while (changed) {
    changed = false;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const auto is_startable = [&](std::size_t other) { return static_cast<bool>(can[other]); };
      const auto& [needs, started_by] = starts[i];
      if (!can[i] && std::all_of(needs.begin(), needs.end(), is_startable) &&
          (started_by.empty() || std::any_of(started_by.begin(), started_by.end(), is_startable))) {
        can[i] = true;
        changed = true;
      }
    }
  }
  return can;
}

std::optional<std::size_t> blocked_need(const Start& start, const std::vector<bool>& can) {
  const auto need = std::find_if(
      start.needs.begin(), start.needs.end(), [&](std::size_t other) { return !can[other]; });
  return need == start.needs.end() ? std::nullopt : std::optional(*need);
}

// What keeps a container from starting, when it cannot.
std::size_t obstacle_of(const Start& start, const std::vector<bool>& can) {
  const auto need = blocked_need(start, can);
  return need ? *need : start.started_by.front();
}

// Each container that cannot start waits for another such one, so the way from it ends in a circle.
std::vector<std::vector<std::size_t>> circles(const std::vector<Start>& starts,
                                              const std::vector<bool>& can) {
  std::vector<std::vector<std::size_t>> found;
  std::vector<std::size_t> walk(starts.size(), 0);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    std::size_t at = i;
    while (!can[at] && walk[at] == 0) {
      walk[at] = i + 1;
      at = obstacle_of(starts[at], can);
    }
    if (can[at] || walk[at] != i + 1) {
      continue;
    }
    std::vector<std::size_t> circle;
    for (std::size_t next = at; circle.empty() || next != at;
         next = obstacle_of(starts[next], can)) {
      circle.push_back(next);
    }
    found.push_back(std::move(circle));
  }
  return found;
}

// The original loads a document whose events lead back to themselves and leaves the containers
// stopped; so do we.
void report(Findings& findings,
            bool is_error,
            std::string_view code,
            const Container& container,
            std::string message) {
  if (is_error) {
    findings.error(code, container.slipway.depends_on.front(), std::move(message));
  } else {
    findings.warning(code, container.path, container.at, std::move(message));
  }
}

void report_circle(const ContainerIndex& index,
                   const std::vector<Start>& starts,
                   const std::vector<bool>& can,
                   const std::vector<std::size_t>& circle,
                   Findings& findings) {
  std::string way;
  std::size_t dependencies = 0;
  const Container* place = index.all()[circle.front()].container;
  for (const std::size_t at : circle) {
    const bool needs = blocked_need(starts[at], can).has_value();
    way += index.all()[at].key + (needs ? " needs " : " is started by ");
    if (needs && ++dependencies == 1) {
      place = index.all()[at].container;
    }
  }
  way += index.all()[circle.front()].key;
  report(findings,
         dependencies != 0,
         "slipway-cycle",
         *place,
         way + (dependencies == circle.size() ? ": take one of them out of depends_on"
                                              : ": let one of them start by itself"));
}

}  // namespace

void check_start_order(const Manifest& manifest, Findings& findings) {
  const ContainerIndex index(manifest);
  const auto starts = start_rules(index, findings);
  const auto can = startable(starts);
  auto told = can;
  for (const auto& circle : circles(starts, can)) {
    if (circle.size() > 1) {
      report_circle(index, starts, can, circle, findings);
      for (const std::size_t at : circle) {
        told[at] = true;
      }
    }
  }
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (told[i]) {
      continue;
    }
    const std::size_t obstacle = obstacle_of(starts[i], can);
    report(findings,
           blocked_need(starts[i], can).has_value(),
           "slipway-never-starts",
           *index.all()[i].container,
           obstacle == i
               ? fmt::format("'{}' can never start: only its own event would start it; let one of "
                             "another container do so, or take the subscription out",
                             index.all()[i].key)
               : fmt::format("'{}' can never start: it waits for '{}', which cannot either",
                             index.all()[i].key,
                             index.all()[obstacle].key));
  }
}

}  // namespace agent::manifest
