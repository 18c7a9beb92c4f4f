#include "agent/manifest/container_index.hpp"
#include "agent/manifest/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
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

// A depth-first search with the way that led here; `state` 1 is on the way, 2 is done.
class CycleSearch {
 public:
  explicit CycleSearch(const std::vector<Start>& starts) : starts_(starts), state_(starts.size()) {}

  // The containers of a cycle through depends_on alone, when one is found from `from`.
  std::optional<std::vector<std::size_t>> from(std::size_t at) {
    state_[at] = 1;
    way_.push_back(at);
    for (const std::size_t next : starts_[at].needs) {
      if (state_[next] == 1) {
        return std::vector<std::size_t>(std::find(way_.begin(), way_.end(), next), way_.end());
      }
      if (state_[next] == 0) {
        if (auto cycle = from(next)) {
          return cycle;
        }
      }
    }
    way_.pop_back();
    state_[at] = 2;
    return std::nullopt;
  }

  [[nodiscard]] bool is_done(std::size_t at) const { return state_[at] != 0; }

 private:
  const std::vector<Start>& starts_;
  std::vector<int> state_;
  std::vector<std::size_t> way_;
};

// Gives the containers of the first cycle, and reports it once.
bool report_cycle(const ContainerIndex& index,
                  const std::vector<Start>& starts,
                  Findings& findings) {
  CycleSearch search(starts);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (search.is_done(i)) {
      continue;
    }
    const auto cycle = search.from(i);
    if (!cycle) {
      continue;
    }
    std::string way;
    for (const std::size_t at : *cycle) {
      way += index.all()[at].key + " needs ";
    }
    const auto& container = *index.all()[cycle->front()].container;
    findings.error(
        "slipway-cycle",
        container.slipway.depends_on.front(),
        fmt::format(
            "{}{}: take one of them out of depends_on", way, index.all()[cycle->front()].key));
    return true;
  }
  return false;
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

}  // namespace

void check_start_order(const Manifest& manifest, Findings& findings) {
  const ContainerIndex index(manifest);
  const auto starts = start_rules(index, findings);
  if (report_cycle(index, starts, findings)) {
    return;  // Everything behind the cycle could not start either; one finding is enough.
  }
  const auto can = startable(starts);
  for (std::size_t i = 0; i < can.size(); ++i) {
    if (can[i]) {
      continue;
    }
    const auto& container = *index.all()[i].container;
    const auto message =
        fmt::format("'{}' can never start: {}",
                    index.all()[i].key,
                    starts[i].needs.empty()
                        ? "the events it subscribes to lead back to itself; let one come from a "
                          "container that starts by itself"
                        : "what it depends on waits for itself through events");
    // The original loads such a document and leaves the container stopped; so do we.
    if (starts[i].needs.empty()) {
      findings.warning("slipway-never-starts", container.path, container.at, message);
    } else {
      findings.error("slipway-never-starts", container.path, container.at, message);
    }
  }
}

}  // namespace agent::manifest
