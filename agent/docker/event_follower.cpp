#include "agent/docker/event_follower.hpp"

#include "agent/base/core/pause.hpp"

#include <fmt/format.h>

#include <deque>
#include <random>
#include <unordered_set>
#include <utility>

namespace agent::docker {
namespace {

// The engine repeats at most its 256 kept events after a reconnect.
constexpr std::size_t k_remembered = 1024;

class SeenEvents {
 public:
  // True for the first time.
  bool remember(const Event& event) {
    auto key = fmt::format("{} {} {}", event.id, event.action, event.time_nanoseconds);
    if (!known_.insert(key).second) {
      return false;
    }
    order_.push_back(std::move(key));
    if (order_.size() > k_remembered) {
      known_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }

 private:
  std::unordered_set<std::string> known_;
  std::deque<std::string> order_;
};

class Delay {
 public:
  Delay(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}

  void reset() { next_ = first_; }

  void wait(const std::stop_token& stop) {
    std::uniform_int_distribution<std::int64_t> jitter(0, next_.count() / 2);
    const auto time = next_ - std::chrono::milliseconds(jitter(random_));
    next_ = std::min(next_ * 2, longest_);
    base::pause(time, stop);
  }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
  std::minstd_rand random_{std::random_device{}()};
};

enum class Availability { unknown, up, down };

}  // namespace

EventFollower::EventFollower(Engine& engine,
                             EventFollowerOptions options,
                             EventFollowerCallbacks callbacks)
    : engine_(engine), options_(std::move(options)), callbacks_(std::move(callbacks)) {
  BASE_ASSERT(callbacks_.on_relist && callbacks_.on_event && callbacks_.on_up &&
              callbacks_.on_down);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

EventFollower::~EventFollower() = default;

base::Status EventFollower::follow_once(const EventQuery& query,
                                        const std::function<bool()>& on_open,
                                        const std::function<bool(const Event&)>& on_event,
                                        const std::stop_token& stop) {
  const Call call{.stop = stop};
  // The engine may have come back as another version.
  BASE_TRY(engine_.ping(call));
  return engine_.stream_events(query, on_open, on_event, call);
}

void EventFollower::run(const std::stop_token& stop) {
  SeenEvents seen;
  Delay delay(options_.first_delay, options_.longest_delay);
  auto availability = Availability::unknown;
  EventQuery query = options_.query;
  while (!stop.stop_requested()) {
    base::Status relisted = base::ok();
    // Runs within the open stream: what happens while we list waits in the engine's channel.
    const auto on_open = [&] {
      relisted = callbacks_.on_relist(stop);
      if (!relisted) {
        return false;
      }
      delay.reset();
      if (std::exchange(availability, Availability::up) != Availability::up) {
        callbacks_.on_up();
      }
      return true;
    };
    const auto on_event = [&](const Event& event) {
      query.since_nanoseconds = event.time_nanoseconds;
      if (seen.remember(event)) {
        callbacks_.on_event(event);
      }
      return !stop.stop_requested();
    };
    auto outcome = follow_once(query, on_open, on_event, stop);
    if (stop.stop_requested()) {
      return;
    }
    const auto& failure = relisted ? outcome : relisted;
    if (!failure && std::exchange(availability, Availability::down) != Availability::down) {
      callbacks_.on_down(failure.error());
    }
    delay.wait(stop);
  }
}

}  // namespace agent::docker
