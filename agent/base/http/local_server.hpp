#pragma once
// A blocking HTTP/1.1 server on a unix socket, which knows who asks. For few, trusted or
// half-trusted clients on this machine; what strangers can reach stands on Server.
//
// One thread a connection, started when needed, never more than `max_connections`; beyond that a
// connection is answered with 503 and Retry-After. An answer that streams holds its thread, so that
// streams have a lower limit of their own and can never lock out short requests.

#include "agent/base/core/result.hpp"
#include "agent/base/http/local_handler.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace base::http {

struct LocalServerOptions {
  std::string path;            // At most 107 bytes, as the kernel has it.
  mode_t mode = 0600;          // Of the socket.
  std::optional<gid_t> group;  // Of the socket.
  std::size_t max_connections = 64;
  std::size_t max_streams = 40;
  // Whom nobody else can lock out: `reserved` of the connections are for this uid alone, and its
  // requests may take their time.
  uid_t trusted_uid = 0;
  std::size_t reserved = 16;
  std::chrono::milliseconds idle_timeout{15'000};     // Between requests of a connection.
  std::chrono::milliseconds read_timeout{30'000};     // Silence within a request.
  std::chrono::milliseconds request_timeout{60'000};  // For a whole request to arrive.
  std::chrono::milliseconds write_timeout{30'000};    // Without the client taking a byte.
};

class LocalServer {
 public:
  // `handler` outlives the server.
  LocalServer(LocalServerOptions options, LocalHandler& handler);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  LocalServer(LocalServer&&) = delete;
  LocalServer& operator=(LocalServer&&) = delete;

  // Takes the lock file `<path>.lock`, replaces a socket that a dead process has left, binds, and
  // returns when clients are served. Ignores SIGPIPE in the whole process. Errors: conflict
  // (another process serves this path), invalid_input (path too long), io.
  Status start();

  // Stops listening, asks streams to stop, waits for requests under way, removes the socket.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace base::http
