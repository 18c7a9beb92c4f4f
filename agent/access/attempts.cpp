#include "agent/access/attempts.hpp"

#include "agent/base/core/network.hpp"

#include <algorithm>

namespace agent::access {
namespace {

constexpr int k_most_doublings = 16;

}  // namespace

bool Attempts::crowded(base::MonotonicTime when) {
  while (!latest_.empty() && latest_.front() + limits_.crowd_window <= when) {
    latest_.pop_front();
  }
  return latest_.size() >= limits_.crowd;
}

std::chrono::milliseconds Attempts::wait_of(const std::string& address, base::MonotonicTime when) {
  const auto found = networks_.find(base::network_of(address));
  if (found == networks_.end()) {
    return {};
  }
  const auto& [count, last] = found->second;
  if (last + limits_.memory <= when) {
    networks_.erase(found);
    return {};
  }
  const int beyond = count - (crowded(when) ? 1 : limits_.free);
  if (beyond < 0) {
    return {};
  }
  const auto wait = std::min(limits_.first_wait * (1 << std::min(beyond, k_most_doublings)),
                             limits_.longest_wait);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(last + wait - when);
  return std::max(left, std::chrono::milliseconds(0));
}

void Attempts::make_room(base::MonotonicTime when) {
  std::erase_if(networks_,
                [&](const auto& each) { return each.second.last + limits_.memory <= when; });
  if (networks_.size() >= limits_.networks) {
    networks_.erase(
        std::ranges::min_element(networks_, {}, [](const auto& each) { return each.second.last; }));
  }
}

void Attempts::failed(const std::string& address, base::MonotonicTime when) {
  const auto network = base::network_of(address);
  if (networks_.size() >= limits_.networks && !networks_.contains(network)) {
    make_room(when);
  }
  auto& failures = networks_[network];
  ++failures.count;
  failures.last = when;
  latest_.push_back(when);
  if (latest_.size() > limits_.crowd) {
    latest_.pop_front();
  }
}

void Attempts::succeeded(const std::string& address) {
  networks_.erase(base::network_of(address));
}

}  // namespace agent::access
