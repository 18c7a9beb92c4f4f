#include "registry/access/attempt_limit.hpp"

#include <algorithm>

namespace registry::access {

bool AttemptLimit::take(const std::string& key, base::MonotonicTime when) {
  auto found = full_at_.find(key);
  if (found == full_at_.end()) {
    if (full_at_.size() >= keys_) {
      forget(when);
    }
    if (full_at_.size() >= keys_) {
      return false;
    }
    found = full_at_.emplace(key, when).first;
  }
  // Time that is missing to full, counted in attempts, is what was taken.
  const auto next = std::max(found->second, when) + each_;
  if (next - when > each_ * at_once_) {
    return false;
  }
  found->second = next;
  return true;
}

void AttemptLimit::forget(base::MonotonicTime when) {
  std::erase_if(full_at_, [&](const auto& each) { return each.second <= when; });
}

}  // namespace registry::access
