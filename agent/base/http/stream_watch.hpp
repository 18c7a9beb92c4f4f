#pragma once

#include "agent/base/core/guarded.hpp"
#include "agent/base/fs/fd.hpp"

#include <cstdint>
#include <map>
#include <stop_token>
#include <thread>

namespace base::http {

// Notices that the client of a streamed answer has left while its thread waits for something else,
// such as the next line of a log, and asks that thread to stop.
class StreamWatch {
 public:
  // `stop_event` becomes readable when the server stops: then everybody is asked.
  explicit StreamWatch(int stop_event);
  ~StreamWatch();
  StreamWatch(const StreamWatch&) = delete;
  StreamWatch& operator=(const StreamWatch&) = delete;
  StreamWatch(StreamWatch&&) = delete;
  StreamWatch& operator=(StreamWatch&&) = delete;

  // The token is asked when the socket's other end goes away, until `leave`.
  std::stop_token join(int socket);
  void leave(int socket);

 private:
  void run(const std::stop_token& stop);
  void wake() const;

  int stop_event_;
  Fd changed_;
  Guarded<std::map<int, std::stop_source>> watched_;
  std::jthread thread_;
};

}  // namespace base::http
