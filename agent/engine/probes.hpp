#pragma once
// Looking at containers from the outside: does a port answer, does a process listen.

#include "agent/base/core/result.hpp"
#include "agent/engine/desired.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace agent::engine {

struct ProbeRequest {
  ProbeKind kind = ProbeKind::tcp;  // http or tcp
  std::string address;              // IPv4 or IPv6, as text.
  std::uint16_t port = 0;
  std::string path;         // http: GET of this.
  std::string host_header;  // http; empty: the address.
  // http: exactly this status. Absent: 200 to 399.
  std::optional<int> status;
  std::chrono::milliseconds timeout{10'000};  // From connecting to the answer's first line.
};

struct ProbeOutcome {
  bool healthy = false;
  std::string detail;  // Why not: "connection refused", "answered 503".
};

class Probes {
 public:
  virtual ~Probes() = default;

  // Starts a probe and returns. `done` is called once, on another thread or on this one, unless the
  // Probes is destroyed before. Safe from any thread.
  virtual void start(ProbeRequest request, std::function<void(const ProbeOutcome&)> done) = 0;

  // Whether some process in the network namespace of `pid` listens on this TCP port. Nothing when
  // /proc does not say, as for an engine on another host.
  virtual std::optional<bool> listens(int pid, std::uint16_t port) = 0;
};

// One thread and non-blocking sockets, however many probes are under way.
std::unique_ptr<Probes> make_socket_probes();

}  // namespace agent::engine
