#pragma once

#include "agent/base/core/result.hpp"
#include "agent/docker/call.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::docker {

struct Event {
  std::string type;    // "container", "image", "network", "volume", "daemon".
  std::string action;  // "start", "die", "health_status: healthy", ...
  std::string id;      // Of the actor.
  std::map<std::string, std::string> attributes;  // Labels, "name", "image", "exitCode", ...
  std::int64_t time_nanoseconds = 0;              // Since the epoch, by the engine's clock.
};

struct EventQuery {
  std::vector<std::string> types;   // Empty: all. Any may match.
  std::vector<std::string> labels;  // "key" or "key=value"; all must match.
  std::optional<std::int64_t> since_nanoseconds;
};

class Events {
 public:
  virtual ~Events() = default;

  // Blocks. `on_open` is called once the engine has taken the subscription: whatever happens from
  // then on will be given to `on_event`. Success when a callback returns false; cancelled when
  // `call.stop` asks; unavailable when the engine ends the stream, which is the usual end.
  // The engine keeps 256 past events: after a break, list everything, and trust the stream for
  // what comes after. EventFollower does that.
  virtual base::Status stream_events(const EventQuery& query,
                                     const std::function<bool()>& on_open,
                                     const std::function<bool(const Event&)>& on_event,
                                     const Call& call) = 0;
};

}  // namespace agent::docker
