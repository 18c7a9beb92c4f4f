#include "agent/access/attempts.hpp"

#include <algorithm>

namespace agent::access {

bool Attempts::allowed(const std::string& address, base::MonotonicTime when) {
  while (!failures_.empty() && failures_.front().first + window_ <= when) {
    failures_.pop_front();
  }
  const auto from_here =
      std::ranges::count(failures_, address, &decltype(failures_)::value_type::second);
  return std::cmp_less(failures_.size(), altogether_) && from_here < per_address_;
}

void Attempts::failed(const std::string& address, base::MonotonicTime when) {
  failures_.emplace_back(when, address);
}

}  // namespace agent::access
