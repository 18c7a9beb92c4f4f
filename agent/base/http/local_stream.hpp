#pragma once
// One accepted connection: bytes in and out with deadlines, and an end when the server stops.

#include "agent/base/core/result.hpp"
#include "agent/base/fs/fd.hpp"
#include "agent/base/http/local_server.hpp"

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

namespace base::http {

class LocalStream {
 public:
  // `stop_event` becomes readable when the server stops, and stays so.
  LocalStream(int socket,
              int stop_event,
              std::chrono::milliseconds read_timeout,
              std::chrono::milliseconds write_timeout);

  // Blocks for at least one byte; 0 at the end, -1 on error or silence.
  ssize_t read(char* buffer, std::size_t size);
  // All of it, or -1.
  ssize_t write(const char* bytes, std::size_t size);
  // Whether the other side still holds its end.
  [[nodiscard]] bool connected() const;
  // From the first byte of each request on; then reading fails, however fast the bytes come.
  void limit_requests(std::chrono::milliseconds timeout) { request_timeout_ = timeout; }
  // Waits for the first byte of the next request; false at the end, after `timeout`, or when the
  // server stops.
  bool wait_for_request(std::chrono::milliseconds timeout);
  // Reads and drops what the client still sends, until it is silent for so long, so that closing
  // does not tear down an answer that it has not read yet.
  void linger(std::chrono::milliseconds silence);
  [[nodiscard]] int socket() const noexcept { return socket_; }

 private:
  enum class Readiness { ready, silent, stopped, broken };
  [[nodiscard]] std::chrono::milliseconds patience() const;
  [[nodiscard]] Readiness wait(short events, std::chrono::milliseconds timeout) const;

  int socket_;
  int stop_event_;
  std::chrono::milliseconds read_timeout_;
  std::chrono::milliseconds write_timeout_;
  std::optional<std::chrono::milliseconds> request_timeout_;
  std::optional<std::chrono::steady_clock::time_point> request_deadline_;
  std::array<char, 8192> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// Answers 503 to a client for which there is no room, whatever it asks.
void refuse(LocalStream& stream);

// Who is at the other end. Errors: io.
Result<Peer> peer_of(int socket);

// A listening socket at `options.path` with the owner and mode asked for, from its first moment on
// not open to more. Whatever lies at the path is replaced: hold the lock file.
Result<Fd> listen_locally(const LocalServerOptions& options, int backlog);

}  // namespace base::http
