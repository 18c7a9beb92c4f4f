#pragma once
// A blocking HTTP/1.1 server on a unix socket, which knows who asks. For few, trusted or
// half-trusted clients on this machine; what strangers can reach stands on Server.
//
// One thread a connection, started when needed, never more than `max_connections`; beyond that a
// connection is answered with 503 and Retry-After. An answer that streams holds its thread, so that
// streams have a lower limit of their own and can never lock out short requests.

#include "agent/base/core/result.hpp"
#include "agent/base/http/headers.hpp"
#include "agent/base/http/url.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace base::http {

// The process on the other end when it connected, as the kernel says (SO_PEERCRED).
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};

struct LocalRequest {
  std::string method;
  Url url;
  Headers headers;
  Peer peer;
};

// The request's body, read by the handler as it likes, or not at all: then the connection is closed
// after the answer.
class RequestBody {
 public:
  virtual ~RequestBody() = default;

  // Gives the body piece by piece until its end or until `sink` returns an error, which is then the
  // result. Errors: too_large (before anything is read when the declared length says so), io (the
  // client left or was silent for too long), invalid_input (broken framing). At most once.
  virtual Status read(std::uint64_t max_bytes,
                      const std::function<Status(std::string_view)>& sink) = 0;
};

// The whole body. Errors: those of RequestBody::read.
Result<std::string> read_whole(RequestBody& body, std::size_t max_bytes);

// Where a streamed answer is written.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;

  // Sends it at once. False when the client has left, or took nothing for the write deadline.
  virtual bool write(std::string_view bytes) = 0;
  // Asked to stop when the client leaves, even while nothing is written, and when the server stops.
  [[nodiscard]] virtual std::stop_token stop() const = 0;
};

struct LocalResponse {
  int status = 200;
  Headers headers;  // With Content-Type, without Content-Length and Transfer-Encoding.
  std::string body;
  // Instead of `body`: called on the connection's thread after the head was sent; the answer ends
  // when it returns true, and breaks off when it returns false.
  std::function<bool(ResponseWriter&)> stream;
};

class LocalHandler {
 public:
  virtual ~LocalHandler() = default;
  // From many threads at once; may block.
  virtual LocalResponse handle(const LocalRequest& request, RequestBody& body) = 0;
};

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
