#pragma once
// A listening socket, and how to open one.

#include "agent/base/core/result.hpp"
#include "agent/base/fs/fd.hpp"
#include "agent/base/http/io_loop.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace base::http {

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080" or "[::1]:8080". Errors: invalid_input.
Result<ListenAddress> parse_listen_address(std::string_view text);

enum class PortSharing { alone, shared };  // Shared: several sockets of ours take turns.

// Errors: invalid_input, conflict (somebody listens there), forbidden, io.
Result<Fd> open_listener(const ListenAddress& address, PortSharing sharing);
std::uint16_t port_of(const Fd& socket);

// Hands every connection over, with the peer's numeric address. On its loop.
class Listener final : public Watched {
 public:
  using Accept = std::function<void(Fd socket, std::string remote_address)>;
  Listener(IoLoop& loop, Fd socket, Accept accept);
  // Also to go on after the process ran out of descriptors: accepting would fail again at once, so
  // the listener then waits to be told.
  void start();
  void close() { close_descriptor(); }

 private:
  void on_ready(Readiness readiness) override;

  Accept accept_;
};

}  // namespace base::http
