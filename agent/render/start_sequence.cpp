#include "agent/render/start_sequence.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace agent::render {
namespace {

constexpr std::string_view k_joined = "container:";

std::vector<std::string> attached_to(const Container& container) {
  auto keys = container.volumes_from;
  if (container.network_mode.starts_with(k_joined)) {
    keys.push_back(container.network_mode.substr(k_joined.size()));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<Start::Trigger> triggers_of(const Deployment& deployment, const std::string& key) {
  std::vector<Start::Trigger> triggers;
  for (const auto& publisher : deployment.containers) {
    for (const auto& event : publisher.publish_events) {
      if (std::find(event.subscribers.begin(), event.subscribers.end(), key) !=
          event.subscribers.end()) {
        triggers.push_back({publisher.key, &event});
      }
    }
  }
  return triggers;
}

std::optional<std::size_t> rank_of(const std::vector<Start>& starts, const std::string& key) {
  const auto found = std::find_if(starts.begin(), starts.end(), [&](const Start& start) {
    return start.container->key == key;
  });
  return found == starts.end() ? std::nullopt : found->rank;
}

// One more than the last of what must be there and than the first of what may start it.
std::optional<std::size_t> rank_after(const std::vector<Start>& starts, const Start& start) {
  std::size_t rank = 0;
  for (const auto* const keys : {&start.after_healthy, &start.after_started}) {
    for (const auto& key : *keys) {
      const auto before = rank_of(starts, key);
      if (!before) {
        return std::nullopt;
      }
      rank = std::max(rank, *before + 1);
    }
  }
  std::optional<std::size_t> first;
  for (const auto& trigger : start.started_by) {
    const auto before = rank_of(starts, trigger.container);
    first = before ? std::min(first.value_or(*before), *before) : first;
  }
  if (!first && !start.started_by.empty()) {
    return std::nullopt;
  }
  return first ? std::max(rank, *first + 1) : rank;
}

}  // namespace

std::vector<Start> start_sequence(const Deployment& deployment) {
  std::vector<Start> starts;
  for (const auto& container : deployment.containers) {
    starts.push_back({.container = &container,
                      .after_healthy = container.depends_on,
                      .after_started = attached_to(container),
                      .started_by = triggers_of(deployment, container.key)});
  }
  // Round by round, so that of several events the one that can fire first gives the rank.
  for (std::size_t round = 0; round < starts.size(); ++round) {
    for (auto& start : starts) {
      const auto rank = start.rank ? std::nullopt : rank_after(starts, start);
      if (rank && *rank <= round) {
        start.rank = rank;
      }
    }
  }
  std::stable_sort(starts.begin(), starts.end(), [](const Start& left, const Start& right) {
    constexpr auto k_never = std::numeric_limits<std::size_t>::max();
    return left.rank.value_or(k_never) < right.rank.value_or(k_never);
  });
  return starts;
}

}  // namespace agent::render
