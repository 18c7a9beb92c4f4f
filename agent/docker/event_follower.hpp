#pragma once

#include "agent/base/core/result.hpp"
#include "agent/docker/engine.hpp"

#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace agent::docker {

struct EventFollowerOptions {
  EventQuery query;
  // Between attempts to connect: doubled from the first to the longest, each shortened by up to
  // half at random, so that several followers do not knock together.
  std::chrono::milliseconds first_delay{100};
  std::chrono::milliseconds longest_delay{5'000};
};

// All are called on the follower's own thread, one at a time.
struct EventFollowerCallbacks {
  // The stream is open, and nothing of it has been given yet: list and inspect everything. What
  // happens from then on arrives by on_event. An error closes the stream and tries again.
  std::function<base::Status(std::stop_token)> on_relist;
  // Each event once, told apart by (id, action, time). May repeat what the list has shown.
  std::function<void(const Event&)> on_event;
  // Once when the engine can be used (after on_relist) and once when it no longer can.
  std::function<void()> on_up;
  std::function<void(const base::Error&)> on_down;
};

// Keeps one event stream open for as long as it lives. The order that keeps the truth: subscribe,
// list, then believe events; after every break, the same again.
class EventFollower {
 public:
  // Starts its thread. `engine` must outlive it.
  EventFollower(Engine& engine, EventFollowerOptions options, EventFollowerCallbacks callbacks);
  EventFollower(const EventFollower&) = delete;
  EventFollower& operator=(const EventFollower&) = delete;
  EventFollower(EventFollower&&) = delete;
  EventFollower& operator=(EventFollower&&) = delete;
  ~EventFollower();  // Stops and joins; no callback runs after it.

 private:
  void run(const std::stop_token& stop);
  base::Status follow_once(const EventQuery& query,
                           const std::function<bool()>& on_open,
                           const std::function<bool(const Event&)>& on_event,
                           const std::stop_token& stop);

  Engine& engine_;
  EventFollowerOptions options_;
  EventFollowerCallbacks callbacks_;
  std::jthread thread_;
};

}  // namespace agent::docker
