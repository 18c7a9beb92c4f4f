#include "agent/base/http/stream_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <vector>

namespace base::http {

StreamWatch::StreamWatch(int stop_event)
    : stop_event_(stop_event), changed_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

StreamWatch::~StreamWatch() {
  thread_.request_stop();
  wake();
}

std::stop_token StreamWatch::join(int socket) {
  std::stop_source source;
  auto token = source.get_token();
  (*watched_.lock())[socket] = std::move(source);
  wake();
  return token;
}

void StreamWatch::leave(int socket) {
  watched_.lock()->erase(socket);
  wake();
}

void StreamWatch::wake() const {
  ::eventfd_write(changed_.get(), 1);
}

void StreamWatch::run(const std::stop_token& stop) {
  bool server_stops = false;
  while (!stop.stop_requested()) {
    std::vector<pollfd> waited{
        pollfd{.fd = changed_.get(), .events = POLLIN, .revents = 0},
        pollfd{.fd = server_stops ? -1 : stop_event_, .events = POLLIN, .revents = 0}};
    const auto first = waited.size();
    // Copies: by the time of a hang-up its stream may have left, and another may have its number.
    std::vector<std::stop_source> sources;
    {
      auto watched = watched_.lock();
      for (const auto& [socket, source] : *watched) {
        waited.push_back(pollfd{.fd = socket, .events = 0, .revents = 0});
        sources.push_back(source);
      }
    }
    for (std::size_t at = 0; at < sources.size(); ++at) {
      if (server_stops) {
        sources[at].request_stop();
      }
      if (sources[at].stop_requested()) {
        waited[first + at].fd = -1;  // Its hang-up would be reported for ever.
      }
    }
    if (::poll(waited.data(), waited.size(), -1) <= 0) {
      continue;
    }
    if (waited[0].revents != 0) {
      eventfd_t count = 0;
      ::eventfd_read(changed_.get(), &count);
    }
    server_stops = server_stops || waited[1].revents != 0;
    for (std::size_t at = 0; at < sources.size(); ++at) {
      if ((waited[first + at].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        sources[at].request_stop();
      }
    }
  }
}

}  // namespace base::http
